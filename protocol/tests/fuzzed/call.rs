//! Any text as the method and target of a call: what parses is printed in one way, and climbs no path.

use protocol::Call;

/// Checks the text `data`: a method, a space, and a target.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some((method, target)) = text.split_once(' ') else { return };
    let Ok(call) = Call::parse(method, target) else { return };
    let (path, printed) = (call.path(), call.target());
    assert_eq!(call.method().as_str(), method);
    assert_eq!(Some(&*path), target.split('?').next(), "a path has one spelling");
    assert_eq!(Call::parse(method, &printed).as_ref(), Ok(&call));
    assert!(printed.bytes().all(|byte| byte.is_ascii_graphic()), "{printed}");
    assert!(!printed.contains(['#', '\\', '"']) && !path.contains("//"), "{printed}");
    let climbs = |segment: &str| matches!(segment, "." | ".." | "") || segment.contains("%00");
    assert!(!path.split('/').skip(1).any(climbs), "{path}");
}
