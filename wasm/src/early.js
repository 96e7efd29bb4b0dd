// A question that is asked while the module loads: for the list of banks, which most elements need. `element` is the one that
// loads the module; it asks by itself if it has a token, a context or another relay than the one below `base`, or if the page
// is hidden. The question for the session is not among them: its answer would outrun the texts, and no first screen is announced.
// Returns the promised answers by their addresses.
function early(base, element) {
  const asked = {};
  const country = element.getAttribute('country') || 'SE';
  const relay = element.getAttribute('relay');
  let isHere = !relay;
  try {
    isHere ||= new URL(relay.replace(/\/*$/, '/'), document.baseURI).href === base;
  } catch {
    // The element says that its attribute is wrong.
  }
  if (isHere && !document.hidden && !element.matches('[token], [context]')) {
    const list = `${base}psd2/aspspinformation/v1/aspsps?isoCountryCodes=${country}`;
    const headers = { accept: 'application/json', 'x-ais-link': 1 };
    asked[list] = fetch(list, { credentials: 'include', headers }).catch(() => {});
  }
  return asked;
}
