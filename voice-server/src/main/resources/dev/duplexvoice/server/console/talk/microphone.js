/** Why there is no microphone, in words that say what to do. */
export class MicrophoneError extends Error {
  constructor(title, message) {
    super(message);
    this.title = title;
  }
}

/**
 * Opens the microphone, with the browser's echo cancelling, so that the voice does not interrupt itself.
 *
 * @param {string} deviceId empty for the browser's choice
 * @returns {Promise<MediaStream>}
 * @throws {MicrophoneError}
 */
export async function openMicrophone(deviceId) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    throw new MicrophoneError(
      "This address is not secure",
      "Browsers give the microphone only to pages on https or on localhost. Open this page there, or type instead.",
    );
  }
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        channelCount: 1,
        ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
      },
    });
  } catch (error) {
    throw explained(error);
  }
}

function explained(error) {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return new MicrophoneError(
        "The microphone is not allowed",
        "Allow it for this page in the browser's address bar, then start again. You can also type.",
      );
    case "NotFoundError":
    case "OverconstrainedError":
      return new MicrophoneError(
        "There is no microphone",
        "Connect one, or choose another device, then start again. You can also type.",
      );
    case "NotReadableError":
    case "AbortError":
      return new MicrophoneError(
        "The microphone is busy",
        "Another program may be using it. Close that, then start again. You can also type.",
      );
    default:
      return new MicrophoneError("The microphone does not work", error.message);
  }
}

/** The microphones that there are; their names are known once one of them was allowed. */
export async function microphones() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices
    .filter((device) => device.kind === "audioinput" && device.deviceId)
    .map((device, index) => ({ id: device.deviceId, label: device.label || `Microphone ${index + 1}` }));
}
