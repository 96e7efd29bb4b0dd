import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Support } from "./support/react.js";

createRoot(document.getElementById("app")).render(createElement(Support));
