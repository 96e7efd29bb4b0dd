//! The table row by row, by user agents as browsers send them.

use super::Launcher;

const TOKEN: &str = "67df3917-fa0d-44e5-b327-edcc928297f8";
const PAGE: &str = "https://x.example/a?b=1#ais-link";

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const MAC: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko)";
const VIEW: &str = "Mozilla/5.0 (Linux; Android 15; SM-S921B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0";

const UNIVERSAL: &str = "https://app.bankid.com/?autostarttoken=";
const SCHEME: &str = "bankid:///?autostarttoken=";
const PAGE_ENCODED: &str = "https%3A%2F%2Fx.example%2Fa%3Fb%3D1%23ais-link";

/// One browser: how its user agent begins and ends, the fingers that it feels, the first and the second
/// form of its link, its `redirect`, and the browser to open the page in.
type Row =
    (&'static str, &'static str, i32, &'static str, &'static str, &'static str, &'static str);

const IOS: [Row; 16] = [
    (IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1", 5, UNIVERSAL, SCHEME, PAGE_ENCODED, ""),
    (MAC, "Version/18.5 Safari/605.1.15", 5, UNIVERSAL, SCHEME, PAGE_ENCODED, ""),
    (
        IPHONE,
        "CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1",
        5,
        UNIVERSAL,
        SCHEME,
        "googlechromes%3A%2F%2F",
        "",
    ),
    (
        MAC,
        "CriOS/140 Version/18.5 Safari/605.1.15",
        5,
        UNIVERSAL,
        SCHEME,
        "googlechromes%3A%2F%2F",
        "",
    ),
    (
        IPHONE,
        "FxiOS/142.0 Mobile/15E148 Safari/605.1.15",
        5,
        UNIVERSAL,
        SCHEME,
        "firefox%3A%2F%2F",
        "",
    ),
    (MAC, "FxiOS/142.0 Safari/605.1.15", 5, UNIVERSAL, SCHEME, "firefox%3A%2F%2F", ""),
    (
        IPHONE,
        "Version/18.0 EdgiOS/139.0.3405.86 Mobile/15E148 Safari/605.1.15",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "",
    ),
    (
        IPHONE,
        "Version/18.5 Brave/1.80 Mobile/15E148 Safari/604.1",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "",
    ),
    (
        IPHONE,
        "Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "",
    ),
    (
        IPHONE,
        "Version/18.5 Mobile/15E148 Safari/605.1.15 Ddg/18.5",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "",
    ),
    (IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1 OPT/5.6.0", 5, UNIVERSAL, SCHEME, "null", ""),
    (IPHONE, "OPiOS/16.0.15 Mobile/15E148 Safari/9537.53", 5, UNIVERSAL, SCHEME, "null", ""),
    (
        IPHONE,
        "Mobile/22F76 [FBAN/FBIOS;FBAV/520.0.0.38;FBDV/iPhone15,2;FBLC/sv_SE]",
        5,
        SCHEME,
        UNIVERSAL,
        "fb%3A%2F%2F",
        "Safari",
    ),
    (
        IPHONE,
        "Mobile/22F76 Instagram 390.0.0.28 (iPhone15,2; iOS 18_5; sv_SE)",
        5,
        SCHEME,
        UNIVERSAL,
        "instagram%3A%2F%2F",
        "Safari",
    ),
    (
        IPHONE,
        "GSA/380.0.788317806 Mobile/15E148 Safari/604.1",
        5,
        SCHEME,
        UNIVERSAL,
        "null",
        "Safari",
    ),
    (IPHONE, "Mobile/15E148", 5, SCHEME, UNIVERSAL, "null", "Safari"),
];

const ANDROIDS: [Row; 8] = [
    (ANDROID, "Chrome/140.0.0.0 Mobile Safari/537.36", 5, UNIVERSAL, SCHEME, "null", ""),
    (
        ANDROID,
        "Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/139.0.0.0",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "",
    ),
    (
        ANDROID,
        "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        5,
        SCHEME,
        UNIVERSAL,
        "null",
        "",
    ),
    (
        "Mozilla/5.0 (Android 15; Mobile; rv:142.0)",
        "Gecko/142.0 Firefox/142.0",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "",
    ),
    ("Mozilla/5.0 (Android 6.0; Mobile)", "Something/1.0", 5, UNIVERSAL, SCHEME, "null", ""),
    (
        VIEW,
        "Chrome/140.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0.0.38;]",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "Chrome",
    ),
    (
        VIEW,
        "Chrome/140.0.0.0 Mobile Safari/537.36 Instagram 390.0.0.43 Android (35/15)",
        5,
        UNIVERSAL,
        SCHEME,
        "null",
        "Chrome",
    ),
    (VIEW, "Chrome/140.0.0.0 Mobile Safari/537.36", 5, UNIVERSAL, SCHEME, "null", "Chrome"),
];

const DESKTOPS: [Row; 5] = [
    (MAC, "Version/18.5 Safari/605.1.15", 0, SCHEME, "", "null", ""),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
        10,
        SCHEME,
        "",
        "null",
        "",
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64)",
        "Chrome/140.0.0.0 Safari/537.36",
        0,
        SCHEME,
        "",
        "null",
        "",
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:142.0)",
        "Gecko/20100101 Firefox/142.0",
        0,
        SCHEME,
        "",
        "null",
        "",
    ),
    ("", "", 0, SCHEME, "", "null", ""),
];

#[test]
fn each_browser_has_its_links() {
    let token = TOKEN.parse().unwrap();
    for (head, tail, fingers, first, second, redirect, rescue) in
        IOS.iter().chain(&ANDROIDS).chain(&DESKTOPS)
    {
        let user_agent = format!("{head} {tail}");
        let launcher = Launcher::of(&user_agent, *fingers);
        let link = |form: &str| format!("{form}{TOKEN}&redirect={redirect}");
        assert_eq!(launcher.link(&token, PAGE), link(first), "{user_agent}");
        let expected = (!second.is_empty()).then(|| link(second));
        assert_eq!(launcher.second_link(&token, PAGE), expected, "{user_agent}");
        assert_eq!(launcher.rescue().unwrap_or_default(), *rescue, "{user_agent}");
    }
}
