// The person wants to renew: this server asks for a link session for that, and shows it.
document.addEventListener("ais-accounts-renew", ({ detail }) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/connections/${encodeURIComponent(detail.connectionId)}/renew`;
  document.body.append(form);
  form.submit();
});
