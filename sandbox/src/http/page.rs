//! The pages of the redirect: the platform's auth host, which checks the link, and the bank's page. This
//! module translates; the model decides what a link or a button does.

mod screen;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use protocol::id::{AuthorisationId, BicFi};
use url::form_urlencoded;

use crate::directory::Directory;
use crate::platform::{Action, AuthorizeRequest, Hint, LinkRefusal, PageId, ReturnAddress, Turn};
use crate::sandbox::Sandbox;

/// The link to the auth host, which leads on to the bank.
pub(super) async fn authorize(
    State(sandbox): State<Sandbox>,
    RawQuery(query): RawQuery,
) -> Result<Response, LinkRefusal> {
    let query = Parameters::read(query.as_deref().unwrap_or_default().as_bytes());
    let request = AuthorizeRequest {
        client_id: query.one("client_id"),
        response_type: query.one("response_type"),
        scope: query.one("scope"),
        redirect_uri: query.one("redirect_uri"),
        state: query.one("state"),
        acr_values: query.one("acr_values"),
    };
    let page = sandbox.with_platform(|platform, _, now| platform.authorize(request, now))?;
    Ok(see_other(&address(&page)))
}

/// The bank's page; with a query, the link that leads to it.
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Path(path): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, LinkRefusal> {
    let page = page_id(&path)?;
    let Some(query) = query else {
        return draw(&sandbox, &page, None);
    };
    let query = Parameters::read(query.as_bytes());
    let (redirect_uri, state) = (query.one("redirect_uri"), query.one("state"));
    sandbox.with_platform(|platform, _, now| platform.enter(&page, redirect_uri, state, now))?;
    Ok(see_other(&address(&page)))
}

/// A button of the bank's page.
pub(super) async fn act(
    State(sandbox): State<Sandbox>,
    Path(path): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, LinkRefusal> {
    let page = page_id(&path)?;
    let Some(action) = action(&Parameters::read(&body)) else {
        return draw(&sandbox, &page, None);
    };
    let turn =
        sandbox.with_platform(|platform, random, now| platform.act(&page, action, random, now))?;
    match turn {
        Turn::Stay(None) => Ok(see_other(&address(&page))),
        Turn::Stay(Some(hint)) => draw(&sandbox, &page, Some(hint)),
        Turn::Approved(url) | Turn::Finalised(url) | Turn::Rejected(url) | Turn::GoBack(url) => {
            Ok(see_other(&url))
        }
    }
}

/// The style of a bank's pages.
pub(super) async fn look(Path(bic): Path<String>) -> Response {
    let bank = bic.parse().ok().and_then(|bic| Directory::get().bank(&bic));
    match bank.and_then(|bank| bank.redirect.as_ref()) {
        Some(rules) => style(&rules.look.css()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The style of the platform's own page.
pub(super) async fn platform_look() -> Response {
    style(PLATFORM_LOOK)
}

impl IntoResponse for LinkRefusal {
    fn into_response(self) -> Response {
        send(StatusCode::BAD_REQUEST, screen::refusal(&self.to_string()), "")
    }
}

/// The parameters of a query or a form.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The value of a parameter that comes once.
    fn one(&self, name: &str) -> Option<String> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        let value = values.next()?;
        if values.next().is_none() { Some(value.clone()) } else { None }
    }
}

fn action(form: &Parameters) -> Option<Action> {
    Some(match form.one("action")?.as_str() {
        "continue" => Action::Identify { user_id: form.one("user-id").unwrap_or_default() },
        "open-app" => Action::OpenApp,
        "approve" | "confirm" => Action::Approve { code: form.one("code").unwrap_or_default() },
        "reject" => Action::Reject,
        "too-long" => Action::TakeTooLong,
        "go-back" => Action::GoBack,
        _ => return None,
    })
}

fn draw(sandbox: &Sandbox, page: &PageId, hint: Option<Hint>) -> Result<Response, LinkRefusal> {
    sandbox.with_platform(|platform, _, now| {
        let view = platform.screen(page, now)?;
        let source = view.back.map(ReturnAddress::source).unwrap_or_default();
        let status = if hint.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok(send(status, screen::page(&view, hint), &source))
    })
}

fn page_id((bic, authorisation): &(String, String)) -> Result<PageId, LinkRefusal> {
    let unknown = |_| LinkRefusal::UnknownAuthorisation;
    let bic: BicFi = bic.parse().map_err(unknown)?;
    let authorisation: AuthorisationId = authorisation.parse().map_err(unknown)?;
    Ok(PageId { bic, authorisation })
}

/// The path of a bank's page.
pub(super) fn address(PageId { bic, authorisation }: &PageId) -> String {
    format!("/bank/{bic}/authorise/{authorisation}")
}

fn see_other(url: &str) -> Response {
    let headers = [
        (header::LOCATION, url),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A page. Its forms may also lead to `source`: browsers apply the policy of the page with the form to the
/// redirect that follows.
fn send(status: StatusCode, page: Markup, source: &str) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, &[POLICY, " ", source].concat()),
    ];
    (status, headers, page.into_string()).into_response()
}

fn style(look: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, [look, include_str!("../../assets/bank/page.css")].concat()).into_response()
}

/// No scripts. The last directive takes the origin that the person returns to.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'; form-action 'self'";
const PLATFORM_LOOK: &str =
    ":root { --brand: #2b3440; --page: #f2f3f5; --corner: 4px; --font: system-ui, sans-serif; }\n";
