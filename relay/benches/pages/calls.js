// The calls of both pages that the element is compared with: the relay's, without what the element makes sure of.

const call = async (method, path, { bank, consent, body } = {}) => {
  const headers = { accept: "application/json", "x-ais-link": "1" };
  if (bank) headers["x-bicfi"] = bank;
  if (consent) headers["consent-id"] = consent;
  if (body) headers["content-type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
};

const BANKS = "/psd2/aspspinformation/v1/aspsps";
const CONSENTS = "/psd2/consent/v1/consents";

export const banks = async (country) => (await call("GET", `${BANKS}?isoCountryCodes=${country}`)).aspsps;

export const details = (bank) => call("GET", `${BANKS}/${bank}`);

/** Makes a consent and starts its authorisation. Returns what the QR code says, and where to ask for the status. */
export const begin = async (bank) => {
  const day = new Date(Date.now() + 80 * 86400000).toISOString().slice(0, 10);
  const access = { accounts: [], balances: [], transactions: [] };
  const { consentId } = await call("POST", CONSENTS, {
    bank,
    body: { access, recurringIndicator: true, validUntil: day, frequencyPerDay: 4, combinedServiceIndicator: false },
  });
  const start = await call("POST", `${CONSENTS}/${consentId}/authorisations`, { bank, consent: consentId });
  const place = `${CONSENTS}/${consentId}/authorisations/${start.authorisationId}`;
  const ids = start.scaMethods.map((method) => method.authenticationMethodId);
  const authenticationMethodId = ids.find((id) => id === "mbid_animated_qr_token") ?? "mbid";
  const chosen = await call("PUT", place, { bank, consent: consentId, body: { authenticationMethodId } });
  return { place, consent: consentId, code: code(chosen) };
};

/** What the QR code says: a frame of an animated one as it came, a token as a link. */
const code = ({ challengeData }) => {
  const [text] = [challengeData?.data ?? []].flat();
  return text?.startsWith("bankid.") ? text : text && `bankid:///?autostarttoken=${text}`;
};

/** The status, and the code of this second where the bank has one. */
export const status = async (bank, { place, consent }) => {
  const answer = await call("GET", place, { bank, consent });
  return { now: answer.scaStatus, code: code(answer) };
};

export const accounts = async (bank, { consent }) =>
  (await call("GET", "/psd2/accountinformation/v1/accounts?withBalance=true", { bank, consent })).accounts;
