// What the pages gain with script. Every page works without it; each module minds one thing.
import "./display.js";
import "./popovers.js";
import "./toasts.js";
import "./panel.js";
import "./editing.js";
import "./forms.js";
import "./dates.js";
import "./calendars.js";
import "./drafts.js";
import "./palette.js";
import "./keys.js";
import "./typing.js";
import "./waiting.js";
import "./uploads.js";
import "./narrowing.js";
import "./copying.js";
