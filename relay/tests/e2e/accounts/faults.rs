//! What a person sees in `<ais-accounts>` when something has ended, is refused or does not answer.

use std::time::Duration;

use protocol::wire::ConsentStatus;
use sandbox::Fault;

use super::{Visit, is_sound, visit};
use crate::support::{Browser, SOON, Scenario, scenario};

/// A person who looks at the list with one connection; its id.
async fn listed(scenario: &Scenario, variables: &[(&str, &str)]) -> (Visit, String) {
    let visit = visit(scenario, variables).await;
    let connection = visit.link("SEB").await;
    visit.view().await;
    visit.browser.screen("connections").await;
    (visit, connection)
}

async fn offers_none_of(browser: &Browser, labels: &[&str]) {
    for label in labels {
        assert!(!browser.offers(label).await, "{label}");
    }
}

async fn failures(browser: &Browser) -> Vec<String> {
    let heard: Vec<[String; 2]> = browser.noted("heard").await;
    heard.into_iter().filter(|[name, _]| name == "failed").map(|[_, reason]| reason).collect()
}

scenario!(after_its_hour_a_view_shows_nothing_any_more, async |scenario| {
    let (visit, _) = listed(&scenario, &[]).await;
    let browser = &visit.browser;
    // The page believes that little of the hour is left.
    browser.rewrite_answers("\"leftMillis\":\\d+", "\"leftMillis\":4000").await;
    browser.remove_element().await;
    browser.put_element_back().await;
    browser.reads("To show your budget").await;
    browser.screen("view-over").await;
    browser.reads("This view has ended").await;
    let left = browser.text().await;
    for gone in ["SEB", "To show your budget"] {
        assert!(!left.contains(gone), "{left}");
    }
    offers_none_of(browser, &["Try again", "Show accounts", "Remove access"]).await;
    assert_eq!(failures(browser).await, ["view-over"]);
    is_sound(browser).await;
    // The host's page shows the token of another one.
    visit.view().await;
    browser.screen("connections").await;
});

scenario!(a_second_browser_takes_the_accounts_off_the_first_one, async |scenario| {
    let visit = visit(&scenario, &[]).await;
    let (browser, second) = (&visit.browser, scenario.browser().await);
    visit.link("SEB").await;
    let page = visit.view_session().await;
    browser.goto(&page).await;
    browser.click("Show accounts").await;
    browser.reads("As of").await;
    second.goto(&page).await;
    second.screen("opened-elsewhere").await;
    browser.click("Update now").await;
    browser.screen("opened-elsewhere").await;
    browser.reads("Opened in another browser").await;
    assert!(!browser.text().await.contains("kr"), "no balance is left");
    assert_eq!(failures(browser).await, ["opened-elsewhere"]);
});

scenario!(a_consent_that_ended_at_the_bank_shows_no_accounts_and_says_why, async |scenario| {
    for (status, said, renewable) in
        [(ConsentStatus::Expired, "Expired", true), (ConsentStatus::RevokedByPsu, "Removed", false)]
    {
        let (visit, connection) = listed(&scenario, &[]).await;
        let (world, browser) = (&visit.host.world, &visit.browser);
        let consent = world.sandbox.consents().pop().expect("there is one").id;
        assert_eq!(world.sandbox.end_consent(&consent, status), Some(true));
        browser.note_announcements().await;
        browser.mark_announcements("begun").await;
        browser.click("Show accounts").await;
        browser.reads("This connection has ended, so nothing is shown.").await;
        browser.announces_after("begun", "This connection has ended", SOON).await;
        is_sound(browser).await;
        browser.click("Back").await;
        browser.screen("connections").await;
        browser.reads(said).await;
        browser.reads("Ended on").await;
        assert_eq!(browser.focused().await.as_deref(), Some("Your connected banks"));
        offers_none_of(browser, &["Show accounts", "Remove access"]).await;
        assert_eq!(browser.offers("Renew").await, renewable, "{said}");
        is_sound(browser).await;
        let known = visit.host.call(&format!("GET /v1/connections/{connection}"), "").await;
        assert_eq!(known["status"], if renewable { "expired" } else { "revoked" }, "{known}");
        scenario.give_back(visit.browser).await;
    }
});

scenario!(a_bank_that_wants_a_signature_is_renewed_from_where_it_says_so, async |scenario| {
    let (visit, connection) = listed(&scenario, &[]).await;
    let (world, browser) = (&visit.host.world, &visit.browser);
    let body = r#"{"tppMessages":[{"category":"ERROR","code":"SCA_REQUIRED"}]}"#.to_owned();
    let fault = Fault::Answer { status: 401, headers: Vec::new(), body };
    world.fail_often(u32::MAX, "GET", "/psd2/accountinformation", fault);
    browser.click("Show accounts").await;
    browser.reads("The bank wants you to sign again. Renew the connection.").await;
    is_sound(browser).await;
    browser.click("Renew").await;
    assert_eq!(browser.noted::<Vec<[String; 2]>>("heard").await, [["renew", &connection]]);
    // It was the bank's mood.
    world.release();
    browser.click("Update now").await;
    browser.reads("As of").await;
    offers_none_of(browser, &["Renew"]).await;
});

scenario!(a_relay_that_does_not_answer_is_named_and_asked_again, async |scenario| {
    let (visit, _) = listed(&scenario, &[]).await;
    let (world, browser) = (&visit.host.world, &visit.browser);
    world.kill_relay();
    browser.click("Show accounts").await;
    browser.reads("No answer came. Check your internet connection and try again.").await;
    is_sound(browser).await;
    world.start_relay();
    browser.click("Update now").await;
    browser.reads("As of").await;
    world.kill_relay();
    browser.click("Show transactions").await;
    browser.reads("No answer came.").await;
    world.start_relay();
    browser.click("Try again").await;
    browser.rows_of_transactions(0).await;
    // Where not even the list comes, there is nothing to go back to.
    world.kill_relay();
    browser.remove_element().await;
    browser.put_element_back().await;
    browser.screen("unreachable").await;
    browser.reads("Not available right now").await;
    is_sound(browser).await;
    assert_eq!(failures(browser).await, ["unreachable"]);
    world.start_relay();
    browser.click("Try again").await;
    browser.screen("connections").await;
});

scenario!(who_asks_too_often_reads_when_to_come_again, async |scenario| {
    // One read lists the accounts; none is left for a balance.
    let (visit, _) = listed(&scenario, &[("AIS_RELAY_READS_PER_CONNECTION", "1")]).await;
    let browser = &visit.browser;
    let said = "This was asked for too often. Try again after ";
    browser.click("Show accounts").await;
    browser.reads(said).await;
    let text = browser.text().await;
    let (_, time) = text.split_once(said).expect("it was there");
    let time = time.split('.').next().unwrap_or_default();
    // The relay says: in an hour.
    let expected = browser.moment_in(Duration::from_hours(1)).await;
    assert!(expected.iter().any(|moment| moment == time), "{time} is none of {expected:?}");
    is_sound(browser).await;
    browser.note_announcements().await;
    browser.mark_announcements("again").await;
    browser.click("Update now").await;
    browser.announces_after("again", said, SOON).await;
    assert_eq!(browser.focused().await.as_deref(), Some("Update now"));
    is_sound(browser).await;
});
