//! The table row by row, with real user agents.

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

/// One browser: the start and the end of its user agent, its touch points, the first and the second form of
/// its link, its `redirect`, and the browser to open the page in.
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

/// Apps with a view of their own on iOS: the end of the user agent, and where BankID returns to.
const APPS_IOS: [(&str, &str); 33] = [
    (
        "Mobile/22F76 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBBV/756351453;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBLC/sv_SE]",
        "fb%3A%2F%2F",
    ),
    (
        "Mobile/15E148 [FBAN/MessengerForiOS;FBAV/419.0.0.32.69;FBBV/500321245;FBDV/iPhone14,7;FBSN/iOS;FBSV/17.0]",
        "null",
    ),
    ("Mobile/15E148 [FBAN/MessengerLiteForiOS;FBAV/400.0.0.40.105;FBDV/iPhone12,1]", "null"),
    ("Mobile/15E148 [FBAN/FBPageAdmin;FBAV/300.0.0.1]", "null"),
    (
        "Mobile/22F76 Instagram 390.0.0.28.85 (iPhone15,2; iOS 18_5; sv_SE; sv; scale=3.00; 1179x2556; 756)",
        "instagram%3A%2F%2F",
    ),
    (
        "Version/17.5 Mobile/15E148 Safari/604.1 Instagram 450.1.0 (iPhone15,5; iOS 17_5)",
        "instagram%3A%2F%2F",
    ),
    ("Mobile/21B74 Barcelona 309.0.0.28.113 (iPhone15,3; iOS 17_1; en_US; en; scale=3.00)", "null"),
    ("Version/15.2 Mobile/15E148 Snapchat/11.68.0.37 (like Safari/8612.3.6.0.4, panda)", "null"),
    ("Version/17.4 Mobile/15E148 Safari/604.1 Snapchat/13.0", "null"),
    (
        "Mobile/15E148 musical_ly_34.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US RevealType/Dialog isDarkMode/0 WKWebView/1 BytedanceWebview/d8a21c6",
        "null",
    ),
    (
        "Mobile/15E148 trill_34.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/sv Region/SE",
        "null",
    ),
    ("Mobile/15E148 [LinkedInApp]/9.29.8666", "null"),
    ("Mobile/15E148 [Pinterest/iOS]", "null"),
    ("Mobile/15E148 Twitter for iPhone/10.48", "null"),
    ("Version/16.6 Mobile/15E148 Safari/604.1 Twitter for iPhone/9.34", "null"),
    ("Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/sv", "null"),
    ("Mobile/15E148 Safari Line/13.16.0", "null"),
    ("Mobile/15E148 KAKAOTALK 10.8.5", "null"),
    ("Version/17.0 Mobile/15E148 Safari/605.1 NAVER(inapp; search; 2000; 12.4.50; 14PRO)", "null"),
    ("Mobile/15E148 WhatsApp/24.10.79", "null"),
    ("Version/17.5 Mobile/15E148 Safari/604.1 Telegram-iOS/10.14", "null"),
    ("Mobile/15E148 Slack_iOS/24.05.10", "null"),
    ("Version/17.5 Mobile/15E148 Safari/604.1 TeamsMobile-iOS/6.9.0", "null"),
    ("Mobile/15E148 Discord/230.0", "null"),
    ("Mobile/15E148 Reddit/Version 2024.20.0/Build 614973/iOS Version 17.5", "null"),
    ("GSA/319.0.634058250 Mobile/15E148 Safari/604.1", "null"),
    ("Mobile/15E148 Gmail/6.0.240512", "null"),
    ("Version/17.5 Mobile/15E148 Safari/604.1 BingSapphire/28.6.420516001", "null"),
    ("Mobile/15E148 Outlook-iOS/711.2620504.prod.iphone (4.2418.0)", "null"),
    ("Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.114.0", "null"),
    ("Mobile/15E148 Weibo (iPhone14,5__weibo__14.5.0__iphone__os17.4)", "null"),
    ("Mobile/15E148 Viber/22.4.0", "null"),
    ("Mobile/15E148", "null"),
];

/// Apps on Android, some without the word for a view in their user agent.
const APPS_ANDROID: [(&str, &str); 14] = [
    (VIEW, "Chrome/140.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0.0.38;]"),
    (VIEW, "Chrome/125.0.0.0 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAV/455.0.0.55;]"),
    (VIEW, "Chrome/125.0.0.0 Mobile Safari/537.36 Barcelona 330.0.0.33 Android (34/14; 450dpi)"),
    (ANDROID, "Chrome/129.0 Mobile Safari/537.36 Instagram 350.0.0"),
    (ANDROID, "Chrome/117.0.0.0 Mobile Safari/537.36Snapchat/12.54.0.64 (SM-S921B; Android 14#1)"),
    (
        VIEW,
        "Chrome/125.0.0.0 Mobile Safari/537.36 trill_340002 JsSdk/1.0 NetType/WIFI BytedanceWebview/d8a21c6",
    ),
    (VIEW, "Chrome/125.0.0.0 Mobile Safari/537.36 [LinkedInApp]/4.1.940"),
    (ANDROID, "Chrome/125.0.0.0 Mobile Safari/537.36 [Pinterest/Android]"),
    (VIEW, "Chrome/125.0.0.0 Mobile Safari/537.36 TwitterAndroid"),
    (
        ANDROID,
        "Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5023 MMWEBSDK/20230202 MicroMessenger/8.0.33",
    ),
    (ANDROID, "Chrome/119.0 Mobile Safari/537.36 Line/13.20.1/IAB"),
    (ANDROID, "Chrome/119.0 Mobile Safari/537.36 KAKAOTALK 2410440"),
    (
        ANDROID,
        "Chrome/125.0.0.0 Mobile Safari/537.36 Telegram-Android/10.14.5 (Samsung SM-S921B; Android 14)",
    ),
    (ANDROID, "Chrome/125.0.0.0 Mobile Safari/537.36 GSA/15.20.36"),
];

/// Browsers on iOS that are neither Safari nor known to have a way back, whatever they claim to be.
const UNKNOWN_IOS: [(&str, &str); 15] = [
    (IPHONE, "Version/17.5 Mobile/15E148 Safari/604.1 (Ecosia ios@10.1.1.1810)"),
    (IPHONE, "Version/17.5 YaBrowser/24.4.6.282.10 SA/3 Mobile/15E148 Safari/604.1"),
    (IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1 Vivaldi/7.4"),
    (IPHONE, "Version/16.0 Mobile/15E148 Safari/604.1 UCBrowser/14.1.1.2073"),
    (IPHONE, "Version/17.5 Mobile/15E148 Safari/604.1 AlohaBrowser/5.9.1"),
    (IPHONE, "Version/17.5 Mobile/15E148 Quark/6.10.5.2151 Safari/604.1"),
    (IPHONE, "Version/17.5 MQQBrowser/15.2.1 Mobile/15E148 Safari/604.1 QBWebViewType/1"),
    (IPHONE, "Version/17.5 Mobile/15E148 Safari/604.1 Whale/3.6.0"),
    (IPHONE, "Version/17.5 MXiOS/6.0.2 Mobile/15E148 Safari/604.1"),
    (IPHONE, "Version/17.5 Mobile/15E148 Safari/604.1 SomethingNew/1.0"),
    (IPHONE, "Version/17.5 Mobile/15E148 Safari/604.1 (something; new)"),
    (IPHONE, "CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1 SomethingNew/1.0"),
    (IPHONE, "Mobile/15E148 Safari/604.1"),
    (MAC, "Version/18.5 Safari/605.1.15 SomethingNew/1.0"),
    (MAC, "EdgiOS/139.0 Version/18.5 Safari/605.1.15"),
];

#[test]
fn each_app_with_a_view_of_its_own_is_known() {
    let token = TOKEN.parse().unwrap();
    for (tail, redirect) in APPS_IOS {
        let launcher = Launcher::of(&format!("{IPHONE} {tail}"), 5);
        assert_eq!(
            launcher.link(&token, PAGE),
            format!("{SCHEME}{TOKEN}&redirect={redirect}"),
            "{tail}"
        );
        assert_eq!(launcher.rescue(), Some("Safari"), "{tail}");
    }
    for (head, tail) in APPS_ANDROID {
        let launcher = Launcher::of(&format!("{head} {tail}"), 5);
        assert_eq!(
            launcher.link(&token, PAGE),
            format!("{UNIVERSAL}{TOKEN}&redirect=null"),
            "{tail}"
        );
        assert_eq!(launcher.rescue(), Some("Chrome"), "{tail}");
    }
}

#[test]
fn an_unknown_browser_gets_no_return_address() {
    let token = TOKEN.parse().unwrap();
    for (head, tail) in UNKNOWN_IOS {
        let launcher = Launcher::of(&format!("{head} {tail}"), 5);
        for link in [Some(launcher.link(&token, PAGE)), launcher.second_link(&token, PAGE)] {
            let link = link.expect("a phone has two");
            assert!(link.ends_with("&redirect=null"), "{tail}: {link}");
        }
        assert_eq!(launcher.rescue(), None, "{tail}");
    }
}

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
