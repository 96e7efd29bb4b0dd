import { bootstrapApplication } from "@angular/platform-browser";
import { App } from "./app";
import { Support } from "./support";

bootstrapApplication(location.search === "?support" ? Support : App).catch(console.error);
