//! Long lists in `<ais-accounts>`: the way back, and where the focus is.

use super::{is_sound, visit};
use crate::support::{Browser, Key, scenario};

scenario!(the_way_out_of_a_list_is_at_hand_at_any_length, async |scenario| {
    let visit = visit(&scenario, &[]).await;
    let browser = &visit.browser;
    visit.link("SEB").await;
    visit.view().await;
    browser.click("Show accounts").await;
    browser.reads("As of").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.focused().await.as_deref(), Some("Back"), "it comes first");
    browser.click("Show transactions").await;
    let first = browser.rows_of_transactions(0).await;
    assert!(first >= 40, "{first} rows are a long list");
    assert_eq!(browser.focused().await.as_deref(), Some("Transactions"));
    assert_eq!(browser.in_view(&[".up", ".heading"]).await, [true, true]);
    browser.press(Key::Tab).await;
    assert_eq!(browser.focused().await.as_deref(), Some("Back"), "it comes first");

    // Who asks for more goes on at the first row of what came.
    let mut known = first;
    let mut pages = 1;
    while browser.offers("Show more").await {
        let all = more(browser, known).await;
        assert_eq!(browser.focused_transaction().await, Some(known), "of {all}");
        known = all;
        pages += 1;
    }
    assert!(pages > 2, "{pages} pages, {known} rows");
    is_sound(browser).await;
    // The end of the list has the way out, too: the next thing after the rows.
    browser.press(Key::Tab).await;
    assert_eq!(browser.focused().await.as_deref(), Some("Back"));
    assert_eq!(browser.in_view(&[".foot .quiet"]).await, [true]);
    browser.press(Key::Enter).await;
    browser.screen("accounts").await;
    let focused = browser.focused().await.expect("the button that was used has the focus");
    assert!(focused.starts_with("Show transactions: "), "{focused}");
});

/// The person presses the button for more with the keyboard; how many rows there are then.
async fn more(browser: &Browser, known: usize) -> usize {
    browser.focus_control("Show more").await;
    browser.press(Key::Enter).await;
    browser.rows_of_transactions(known).await
}
