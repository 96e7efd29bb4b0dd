// What is asked while the module loads: the texts of the page's language, the session and the list of banks, which most
// elements need. `element` is the one that loads the module; it asks about session and list by itself if it has a token, a
// context or another relay than the one below `base`, or if the page is hidden. Returns what sends a request and reads the
// answer (`read.js`): an early answer serves once, and soon, unless the network failed.
//
// An answer about a session with links does not serve: their ages count from the moment at which the element has it. Where the
// first answer sets the cookie, a second one shows whether the browser keeps it.
function early(base, element, texts) {
  let asked = {};
  const init = { credentials: 'include', headers: { 'x-ais-link': 1 } };
  const ask = (url, how = init) => read(fetch(url, how));
  const add = (url, ...answers) => (asked[url] = answers.map((answer) => answer.catch(() => {})));
  const place = texts[element.closest('[lang]')?.lang.slice(0, 2)];
  if (place) add(place, ask(place, { signal: AbortSignal.timeout(4000) }));
  // It resolves an address as the page does, also a wrong one.
  const there = document.createElement('a');
  there.href = (element.getAttribute('relay') || base).replace(/\/*$/, '/');
  if (there.href === base && !document.hidden && !element.matches('[token],[context]')) {
    const list = base + 'psd2/aspspinformation/v1/aspsps?isoCountryCodes=' + (element.getAttribute('country') || 'SE');
    const session = base + 'session/consents';
    const first = ask(session);
    const said = first.then(([, text]) => JSON.parse(text));
    add(
      session,
      said.then(({ consents }) => (consents[0] ? undefined : first)),
      said.then(({ cookie }) => (cookie === 'set' ? ask(session) : undefined)),
    );
    add(list, ask(list));
  }
  setTimeout(() => (asked = {}), 10000);
  // The page may have put another `fetch` in its place.
  return async (request) => (await asked[request.url]?.shift()) ?? read(fetch(request));
}
