const KEPT = "voice-console-token";

/**
 * The token that the server may want. It is kept for this tab only.
 *
 * @returns {{ value: string, ask: () => void, onChange: (take: () => void) => void }}
 */
export function tokenDialog() {
  const dialog = document.getElementById("token-dialog");
  const input = document.getElementById("token");
  const button = document.getElementById("token-open");
  const listeners = [];

  function set(value) {
    if (value) {
      sessionStorage.setItem(KEPT, value);
    } else {
      sessionStorage.removeItem(KEPT);
    }
    button.dataset.set = String(Boolean(value));
    dialog.close();
    listeners.forEach((listener) => listener());
  }

  const ask = () => {
    input.value = sessionStorage.getItem(KEPT) ?? "";
    dialog.showModal();
    input.select();
  };
  button.dataset.set = String(Boolean(sessionStorage.getItem(KEPT)));
  button.addEventListener("click", ask);
  document.getElementById("token-forget").addEventListener("click", () => set(""));
  document.getElementById("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    set(input.value.trim());
  });
  return {
    get value() {
      return sessionStorage.getItem(KEPT) ?? "";
    },
    ask,
    onChange: (listener) => listeners.push(listener),
  };
}
