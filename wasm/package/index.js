// Defines the tag `<ais-link>`. On a server it does nothing.
import { define } from "./class.js";
import { AisLinkElement } from "./element.js";

define(AisLinkElement);
