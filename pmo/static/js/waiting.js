// A line on top while the server works, only after 300 ms, so that quick answers do not flicker.
const LATE_MS = 300;
let running = 0;
let timer = 0;
let line = null;

function start() {
  running += 1;
  if (running > 1) return;
  timer = setTimeout(() => {
    line = document.createElement("div");
    line.className = "waiting";
    document.body.append(line);
  }, LATE_MS);
}

function stop() {
  running = Math.max(0, running - 1);
  if (running) return;
  clearTimeout(timer);
  line?.remove();
  line = null;
}

document.addEventListener("htmx:beforeSend", start);
document.addEventListener("htmx:afterRequest", stop);
