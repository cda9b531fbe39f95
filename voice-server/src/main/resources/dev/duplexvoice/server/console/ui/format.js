/** What stands where there is no value. */
export const NONE = "–";

const known = (value) => typeof value === "number" && Number.isFinite(value);

/** `0.8 ms`, `48 ms`, `1.24 s`, `3 s` */
export function milliseconds(value) {
  if (!known(value)) {
    return NONE;
  }
  if (value >= 1000) {
    return `${(value / 1000).toFixed(2).replace(/\.?0+$/, "")} s`;
  }
  return `${value >= 10 || value === 0 ? Math.round(value) : value.toFixed(1)} ms`;
}

/** In the unit of a figure: milliseconds, or a factor. */
export function inUnit(value, unit) {
  if (!known(value)) {
    return NONE;
  }
  return unit === "ms" ? milliseconds(value) : `${value.toFixed(2)} ×`;
}

/** `42 s`, `3 min 20 s`, `1 h`, `5 h 12 min`, `3 d 4 h` */
export function duration(seconds) {
  if (!known(seconds)) {
    return NONE;
  }
  const whole = Math.floor(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (whole < 86400) {
    const minutes = Math.floor((whole % 3600) / 60);
    return `${Math.floor(whole / 3600)} h${minutes === 0 ? "" : ` ${minutes} min`}`;
  }
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

/** `512 MB`, `1.5 GB` */
export function bytes(value) {
  if (!known(value)) {
    return NONE;
  }
  if (value >= 1e9) {
    return `${(value / 1e9).toFixed(1)} GB`;
  }
  return value >= 1e6 ? `${Math.round(value / 1e6)} MB` : `${Math.round(value / 1e3)} kB`;
}

/** A share as `97 %`, and where it matters as `99.52 %` */
export function percent(share, digits = 0) {
  return known(share) ? `${(share * 100).toFixed(digits)} %` : NONE;
}

/** `1,204` */
export function count(value) {
  return known(value) ? value.toLocaleString("en-US") : NONE;
}

/** `14:05:09` of the looker's day. */
export function clock(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? NONE : date.toLocaleTimeString("en-GB");
}

/** `22 Nov, 14:05:09` */
export function moment(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) {
    return NONE;
  }
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${day}, ${date.toLocaleTimeString("en-GB")}`;
}
