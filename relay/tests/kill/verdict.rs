//! What must hold in the end: the store, the sandbox and the answers to browsers agree.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use protocol::wire::{Approach, ConsentStatus, Returned, ScaStatus};
use sandbox::ConsentRecord;
use tokio::time::sleep;

use crate::killer::Killer;
use crate::link::{Link, Plan, Reported, Who};
use crate::platform::Platform;

/// Compares all links with the sandbox, after the last restart.
pub(crate) async fn check(links: &mut [Link], platform: &Platform, killer: &Killer) {
    let known = platform.sandbox.consents();
    let known: BTreeMap<_, _> = known.iter().map(|known| (known.id.as_str(), known)).collect();
    for link in &mut *links {
        match (link.who, link.plan) {
            // `check_left` waits for its end at the platform.
            (Who::Own, Plan::End) => {}
            (Who::Own, _) => check_link(link, &known).await,
            (Who::Lured, _) => check_ended(link, platform).await,
        }
    }
    check_left(links, platform, killer).await;
    let exchanges = platform.exchanges();
    assert!(exchanges.values().all(|one| one.taken == 1), "a code is taken once: {exchanges:?}");
    assert_eq!(platform.strangers(), 0, "the person's id outlives a relay");
    let reads = platform.reads();
    assert!(reads.values().all(|times| *times <= 4), "the fifth read never leaves: {reads:?}");
    let log = killer.home.log();
    // Another process may have taken the port while the relay was down, or keep the disk busy for some seconds.
    let elsewhere = ["cannot listen", "pool timed out"];
    let is_error = |line: &&str| {
        line.contains("\"level\":\"ERROR\"") && !elsewhere.iter().any(|it| line.contains(it))
    };
    let errors: Vec<_> = log.lines().filter(is_error).collect();
    assert!(errors.is_empty(), "the relay met errors: {errors:?}");

    // A run that disturbed no link proves nothing.
    let lost: u32 = links.iter().map(|link| link.lost).sum();
    let slept = links.iter().filter(|link| link.slept).count();
    let kills = killer.kills;
    let again: u32 = exchanges.values().map(|one| one.sent - 1).sum();
    let unheard: usize = links.iter().map(|link| link.unheard.len()).sum();
    println!(
        "{kills} kills, {lost} lost answers, {slept} links asleep, {again} codes sent again, \
         {unheard} taken unheard"
    );
    assert!(lost > 0 && slept > 0 && !reads.is_empty());
    assert!(links.iter().any(|link| link.who == Who::Lured));
}

/// Each consent at the bank belongs to the session that asked for it, or is ended there. The exception is a consent whose
/// id was lost when the relay was killed: the relay has kept an intent for each of these.
async fn check_left(links: &mut [Link], platform: &Platform, killer: &Killer) {
    let (mut known, mut ended) = (BTreeSet::new(), BTreeSet::new());
    for link in links {
        let kept = link.browser.session().await.consents;
        known.extend(kept.into_iter().map(|kept| kept.consent_id.to_string()));
        ended.extend(link.unheard.iter().chain(&link.ended).cloned());
    }
    let all = platform.sandbox.consents();
    let is_over = |id: &str| {
        let mut all = platform.sandbox.consents().into_iter();
        let one = all.find(|one| one.id.as_str() == id).expect("it was made");
        one.status == ConsentStatus::TerminatedByTpp
    };
    for id in &ended {
        while !is_over(id) {
            sleep(PAUSE).await;
        }
    }
    let left =
        all.iter().filter(|one| !known.contains(one.id.as_str()) && !is_over(one.id.as_str()));
    let left = left.count();
    let asked =
        killer.home.intents().await + killer.home.log().matches("may be left at the bank").count();
    println!(
        "{left} consents whose id was lost, of {asked} that the relay knows to have asked for"
    );
    assert!(left <= asked, "{left} consents are left at the bank, of {asked}");
}

/// The link was not completed, and its consent is ended at the platform too.
async fn check_ended(link: &mut Link, platform: &Platform) {
    assert_eq!(link.reported, Reported::default());
    let kept = link.kept().await;
    let authorisation = kept.authorisation.expect("there was one");
    assert_eq!(authorisation.returned, Some(Returned::Foreign), "{}", link.bank);
    assert!(!platform.exchanges().contains_key(authorisation.authorisation_id.as_str()));
    let is_ended = || {
        let mut known = platform.sandbox.consents().into_iter();
        let known = known.find(|known| known.id.as_str() == link.consent).expect("it was made");
        known.status == ConsentStatus::TerminatedByTpp
    };
    while !is_ended() {
        sleep(PAUSE).await;
    }
}

async fn check_link(link: &mut Link, known: &BTreeMap<&str, &ConsentRecord>) {
    let all = Reported { finalised: link.reported.finalised, valid: true, accounts: true };
    assert_eq!(link.reported, all, "each link is finished in the end");
    let listed = link.browser.session().await.consents;
    for kept in &listed {
        let known = known.get(kept.consent_id.as_str()).expect("the sandbox knows what is listed");
        assert_eq!(known.bic_fi, kept.bic_fi.as_str());
        let is_known = kept.consent_id.as_str() == link.consent;
        let expect = if is_known { ConsentStatus::Valid } else { ConsentStatus::Received };
        assert_eq!((&kept.consent_status, &known.status), (&expect, &expect), "{}", link.bank);
    }
    let kept = link.kept().await;
    let authorisation = kept.authorisation.expect("there was one");
    if authorisation.sca_approach == Some(Approach::Redirect) {
        // The relay reads nothing before it knows that the platform took the code.
        assert_eq!(authorisation.returned, Some(Returned::Completed), "{}", link.bank);
    }
    let known = known[link.consent.as_str()];
    let at_bank = known.authorisations.last().expect("there was one");
    assert_eq!(at_bank.id, authorisation.authorisation_id);
    assert_eq!(at_bank.status, ScaStatus::Finalised);
}

/// The pause between two checks of the relay's background work.
const PAUSE: Duration = Duration::from_millis(50);
