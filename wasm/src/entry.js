// The end of the script that a relay serves, behind `element.js` and `home.js`: it knows the addresses of the other files, and
// loads them with the first element. The build puts their names in the places in capitals.

/** The address of this script: the other files are beside it. */
const own = new URL(import.meta.url);

/** Both downloads, and the early questions, start before it waits for any of them. */
export const load = async (element) => {
  const base = new URL('.', own).href;
  const module = fetch(base + 'MODULE');
  // If the glue fails to load first, no code awaits this promise.
  module.catch(() => {});
  const loading = import(base + 'GLUE' + own.hash);
  const texts = {TEXTS};
  const send = early(base, element, texts);
  const glue = await loading;
  await glue.default(module);
  glue.start(base, texts, send);
  return glue;
};

/** The first attempt loads what this script names. A further one loads the script itself by a URL with a fragment, which
 * servers and caches do not see: a new release may have renamed the files, and browsers remember a script that failed to load.
 * The package's script loads this one in the same way; the tag is then its own to define. */
if (!own.hash) {
  home(own);
  define(create(async (attempt, element) => {
    if (!attempt) return load(element);
    own.hash = attempt;
    return (await import(own.href)).load(element);
  }));
}
