// Typing in a filter is one step: the first letters add a page to the browser's history, those that follow replace it, so that Back leads to the list before the filter.
const STEP_MS = 5_000; // whoever pauses longer has begun something new
let typed = { field: "", at: 0 };

document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history, requestConfig } = event.detail;
  const source = requestConfig?.triggeringEvent;
  const field = source?.type === "input" ? `${location.pathname} ${source.target.name}` : "";
  if (field && field === typed.field && Date.now() - typed.at < STEP_MS) history.type = "replace";
  typed = { field, at: Date.now() };
});
