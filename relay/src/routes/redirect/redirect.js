// Posts what the bank sent to the relay, from the relay's own page: the session's cookie does not come
// with the bank's redirect, but it comes with this. The answer takes the place of this page and of its
// address; should none come, the page can be loaded again.
// The widget calls its window so, with letters behind it that no page can guess, and takes the opener away
// before the bank could use it.
const isPopup = /^ais-link-popup-[0-9]{16,}$/.test(window.name);
// The relay's own page has this script in a tag.
const isGuest = !document.currentScript;

if (document.documentElement.dataset.page === "return") {
  const given = new URLSearchParams(location.search);
  const form = document.createElement("form");
  form.method = "post";
  form.action = location.pathname;
  form.hidden = true;
  const add = (name, value) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  };
  for (const name of ["state", "code", "scope", "error", "iss"]) {
    given.getAll(name).forEach((value) => add(name, value));
  }
  if (isPopup) add("window", "popup");
  document.body.append(form);
  // The page of an app may stand here in place of the relay's, from a worker (`ais-link.js` knows of that). The worker
  // may answer for the form as well, so the return is sent without leaving the page first. Sent twice, it counts once.
  const sent = isGuest
    ? fetch(form.action, { method: "post", body: new URLSearchParams(new FormData(form)), redirect: "manual" })
    : Promise.resolve();
  sent.catch(() => {}).then(() => form.submit());
} else if (isPopup && document.documentElement.dataset.page === "end") {
  // What is to be said, the page that opened this window says. Only a page that is to be loaded again stays:
  // no other page has what the bank sent.
  window.close();
}
