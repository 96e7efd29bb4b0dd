// The way back from a bank, where another page stands in place of the relay's.

// A service worker may answer with the page of an app in place of the relay's return page. If that page has our script, it
// runs the script of the return page. `relay` is the address of a file beside that page.
export function home(relay) {
  if (!globalThis.navigator?.serviceWorker?.controller) return;
  const place = new URL("redirect", relay);
  if (place.href !== location.origin + location.pathname || !/[?&]state=/.test(location.search)) return;
  document.documentElement.dataset.page = "return";
  import(place.href + ".js").catch(console.warn);
}
