// The end of the bundle's first script, behind the class in `element.js`: it knows the addresses of the other files, and
// loads them with the first element. The build puts their names in the places in capitals.

/** Where the script came from, if it can know. A page's bundler may have made it a part of another script, or of one that is no
 * module: then it does not, and the files are at the relay that the element names. */
const own = [import.meta.url, globalThis.document?.currentScript?.src]
  .filter((place) => /^https?:/.test(place)).map((place) => new URL(place))[0];

/** A service worker may answer with the page of an app in place of the relay's return page. If that page has this script, it
 * runs the script of the return page. */
const home = (relay) => {
  if (!globalThis.navigator?.serviceWorker?.controller) return;
  const place = new URL('redirect', relay);
  if (place.href !== location.origin + location.pathname || !/[?&]state=/.test(location.search)) return;
  document.documentElement.dataset.page = 'return';
  import(place.href + '.js').catch(console.warn);
};
if (own) home(own);

/** Both downloads start before it waits for either. */
export const load = async () => {
  const base = new URL('.', own).href;
  const module = fetch(base + 'MODULE');
  // If the glue fails to load first, no code awaits this promise.
  module.catch(() => {});
  const glue = await import(base + 'GLUE' + own.hash);
  await glue.default(module);
  glue.start(base, {TEXTS});
  return glue;
};

/** Each attempt tries two places in turn: beside this script, and at the relay that the element names. Only the first
 * attempt, beside this script, need not load the entry, which runs already. A further one loads it by a URL with a fragment
 * that servers and caches do not see: a new release may have renamed the files, and browsers remember a script that
 * failed to load.
 *
 * A bundler may keep the name of the entry without the files beside it; so one place without the files is no failure. */
define(async (attempt, relay) => {
  const beside = relay && new URL('ais-link.js', new URL(relay.replace(/\/*$/, '/'), document.baseURI));
  if (beside && !attempt) home(beside);
  const places = [own, beside].filter((place) => place && (place === own || place.href !== own?.href.split('#')[0]));
  if (beside && !own?.pathname.endsWith('/ais-link.js')) places.reverse();
  let failure = new Error('The attribute relay must say where the relay is.');
  for (const place of places) {
    try {
      if (place === own && !attempt) return await load();
      place.hash = attempt;
      return await (await import(place.href)).load();
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
});
