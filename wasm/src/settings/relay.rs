//! The address of the relay from a page's attribute. Mistakes that a browser would still resolve are found
//! here, before any request.

use web_sys::Url;

use crate::browser::page;

/// The address in `said`, with a slash at the end. Relative ones are below the page's base.
///
/// `None` for an address where no relay can be: another scheme, a name or password, a file, a query, or a
/// text that is no address. `link.example.com/relay` without a scheme is refused too: the browser would
/// look for it on the page's own host.
pub(crate) fn read(said: &str) -> Option<String> {
    let said = said.trim();
    let starts =
        |start: &str| said.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    let begins = ["https://", "http://", "/", "./", "../"].into_iter().any(starts);
    // The browser would remove these, read them as slashes, or rewrite them.
    let odd = |byte: u8| byte <= b' ' || byte == 0x7f || b"?#\\\"<>^`{|}".contains(&byte);
    if !begins || said.bytes().any(odd) {
        return None;
    }
    let url = page::url(said)?;
    let plain = matches!(&*url.protocol(), "https:" | "http:")
        && url.username().is_empty()
        && url.password().is_empty();
    (plain && !is_file(&url)).then(|| folder(&url))
}

/// The address of the script, with a slash at the end.
pub(crate) fn own(base: &str) -> Option<String> {
    page::url(base).map(|url| folder(&url))
}

fn folder(url: &Url) -> String {
    let mut address = url.href();
    if !address.ends_with('/') {
        address.push('/');
    }
    address
}

/// Whether the last part of the path is the name of a file, such as `ais-link.js`; `v1.2` and `.well-known`
/// are not.
fn is_file(url: &Url) -> bool {
    let path = url.pathname();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, kind)| {
        !stem.is_empty() && kind.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
    })
}
