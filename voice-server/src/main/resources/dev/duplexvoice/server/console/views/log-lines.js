const SERIOUS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
const HEAD = new Set(["timestamp", "level", "logger", "message", "service", "component"]);

/** Whether the server's filter would let a line through; the same rules as the server's. */
export function matches(line, { level, text, session }) {
  return (
    (!level || SERIOUS.indexOf(line.level) >= SERIOUS.indexOf(level)) &&
    (!session || line.session_id === session) &&
    (!text || JSON.stringify(line).toLowerCase().includes(text.toLowerCase()))
  );
}

/** `dev.duplexvoice.server.VoiceSocket` as `d.d.server.VoiceSocket` */
export function shortLogger(name) {
  const parts = name.split(".");
  return parts.map((part, index) => (index < parts.length - 2 ? part[0] : part)).join(".");
}

/** What a line tells besides its head, the metadata's fields among the others. */
export function fields(line) {
  const all = Object.entries(line).flatMap(([name, value]) =>
    name === "metadata" && value !== null && typeof value === "object" ? Object.entries(value) : [[name, value]],
  );
  return all
    .filter(([name, value]) => !HEAD.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
}
