//! The element's decisions, without a browser.

use protocol::wire::{
    Amount, ViewSession, ViewedAccount, ViewedBalances, ViewedConnection, ViewedTransaction,
    ViewedTransactions,
};

use super::{Effect, Input, Model, News, is_renewable};
use crate::accounts::act::Act;
use crate::accounts::ask::{Answer, Ask, Refusal};
use crate::accounts::screen::{Fault, Next, Part, Screen, Step};

fn connection(id: &str, status: &str, days_left: u32) -> ViewedConnection {
    let data = ["balances", "transactions"].map(str::to_owned).to_vec();
    let [id, status, bank] = [id, status, "SEB"].map(str::to_owned);
    ViewedConnection { id, status, bank, days_left, data, ..ViewedConnection::default() }
}

fn session(id: &str) -> ViewSession {
    ViewSession { id: id.to_owned(), has_data: true, left_millis: 5, ..ViewSession::default() }
}

fn effects(model: &mut Model) -> Vec<Effect> {
    std::iter::from_fn(|| model.poll()).collect()
}

/// What follows from `input`.
fn after(model: &mut Model, input: Input) -> Vec<Effect> {
    model.handle(input);
    effects(model)
}

/// A model that shows `connections`.
fn listing(connections: &[ViewedConnection]) -> Model {
    let mut model = Model::default();
    assert_eq!(after(&mut model, Input::Start), [Effect::Ask(Ask::Claim)]);
    let claimed = Input::Reply(Ask::Claim, Ok(Answer::Claimed(session("vs_1"))));
    let expected = [Effect::EndAfter(5), Effect::Ask(Ask::Connections)];
    assert_eq!(after(&mut model, claimed), expected);
    let listed = Ok(Answer::Connections(connections.to_vec()));
    assert_eq!(after(&mut model, Input::Reply(Ask::Connections, listed)), []);
    assert_eq!(*model.screen(), Screen::List);
    model
}

fn accounts_of(id: &str) -> Ask {
    Ask::Accounts { connection: id.to_owned() }
}

fn page(of: Option<&str>) -> Ask {
    Ask::Transactions {
        connection: "cn_1".to_owned(),
        account: "ac_1".to_owned(),
        cursor: of.map(str::to_owned),
    }
}

/// A model that shows the transactions of an account.
fn reading() -> Model {
    let mut model = listing(&[connection("cn_1", "active", 99)]);
    let open = Input::Act(Act::Open("cn_1".to_owned()));
    assert_eq!(after(&mut model, open), [Effect::Ask(accounts_of("cn_1"))]);
    let account = ViewedAccount { id: "ac_1".to_owned(), ..ViewedAccount::default() };
    let listed = Input::Reply(accounts_of("cn_1"), Ok(Answer::Accounts(vec![account])));
    let balances = Ask::Balances { connection: "cn_1".to_owned(), account: "ac_1".to_owned() };
    assert_eq!(after(&mut model, listed), [Effect::Ask(balances)]);
    assert_eq!(model.take_news(), Some(News::Accounts(1)));
    let show = Input::Act(Act::Transactions("ac_1".to_owned()));
    assert_eq!(after(&mut model, show), [Effect::Ask(page(None))]);
    model
}

fn transactions(count: usize, next: Option<&str>) -> Answer {
    let amount = Amount { currency: "SEK".to_owned(), amount: "1.00".to_owned() };
    let one = ViewedTransaction { id: None, day: None, amount, title: None };
    Answer::Transactions(ViewedTransactions {
        booked: vec![one; count],
        next_cursor: next.map(str::to_owned),
        ..ViewedTransactions::default()
    })
}

#[test]
fn a_browser_without_a_cookie_claims_twice_and_not_again() {
    let mut model = Model::default();
    model.handle(Input::Start);
    effects(&mut model);
    let none = || Input::Reply(Ask::Claim, Ok(Answer::Claimed(session(""))));
    assert_eq!(after(&mut model, none()), [Effect::Ask(Ask::Claim)]);
    assert_eq!(after(&mut model, none()), [Effect::Failed(Fault::CookiesBlocked)]);
    assert_eq!(after(&mut model, Input::Act(Act::Retry)), [Effect::Ask(Ask::Claim)]);
}

#[test]
fn what_was_read_goes_when_the_hour_is_over_or_another_browser_came() {
    for (input, fault) in [
        (Input::TimeOver, Fault::Over),
        (Input::Reply(page(None), Err(Refusal::Over)), Fault::Over),
        (Input::Reply(Ask::Connections, Err(Refusal::Elsewhere)), Fault::Elsewhere),
    ] {
        let mut model = reading();
        assert_eq!(after(&mut model, input), [Effect::Failed(fault)]);
        assert!(model.connections().is_empty() && model.session().is_none());
        assert_eq!(*model.screen(), Screen::Failed(fault));
        assert_eq!(after(&mut model, Input::Act(Act::Retry)), [], "the token is used up");
    }
}

#[test]
fn an_access_is_removed_after_one_confirmation() {
    let mut model = listing(&[connection("cn_1", "active", 99)]);
    let remove = || Input::Act(Act::Remove("cn_1".to_owned()));
    assert_eq!(after(&mut model, Input::Act(Act::Confirm)), []);
    assert_eq!(after(&mut model, remove()), []);
    assert_eq!(after(&mut model, Input::Act(Act::Back)), []);
    assert_eq!(*model.screen(), Screen::List);
    assert_eq!(model.take_left(), Some(Act::Remove("cn_1".to_owned())));
    model.handle(remove());
    let end = Ask::End { connection: "cn_1".to_owned() };
    assert_eq!(after(&mut model, Input::Act(Act::Confirm)), [Effect::Ask(end.clone())]);
    assert_eq!(after(&mut model, Input::Act(Act::Confirm)), [], "once is enough");
    assert_eq!(after(&mut model, Input::Reply(end.clone(), Err(Refusal::Failed))), []);
    assert_eq!(model.take_news(), Some(News::NotRemoved));
    let Screen::Confirm { step: Step::Failed, .. } = model.screen() else { panic!("try again") };
    model.handle(Input::Act(Act::Confirm));
    effects(&mut model);
    let expected = [Effect::Removed("cn_1".to_owned()), Effect::Ask(Ask::Connections)];
    assert_eq!(after(&mut model, Input::Reply(end, Ok(Answer::Ended))), expected);
    assert_eq!(model.take_news(), Some(News::Removed("SEB".to_owned())));
    assert_eq!((model.screen(), &*model.connections()[0].status), (&Screen::List, "revoked"));
    assert_eq!(after(&mut model, remove()), []);
}

#[test]
fn a_renewal_is_the_hosts_and_offered_where_it_helps() {
    for (status, days_left, renewable) in [
        ("active", 99, false),
        ("active", 14, true),
        ("broken", 99, true),
        ("expired", 0, true),
        ("revoked", 0, false),
    ] {
        let known = connection("cn_1", status, days_left);
        assert_eq!(is_renewable(&known), renewable, "{status}");
        let mut model = listing(&[known]);
        let said = after(&mut model, Input::Act(Act::Renew("cn_1".to_owned())));
        assert_eq!(said.contains(&Effect::Renew("cn_1".to_owned())), renewable, "{status}");
        assert_eq!(*model.screen(), Screen::List);
    }
}

#[test]
fn an_ended_connection_shows_no_accounts() {
    let mut model = listing(&[connection("cn_1", "expired", 0)]);
    assert_eq!(after(&mut model, Input::Act(Act::Open("cn_1".to_owned()))), []);
    assert_eq!(*model.screen(), Screen::List);
    let mut model = listing(&[connection("cn_1", "active", 9)]);
    model.handle(Input::Act(Act::Open("cn_1".to_owned())));
    effects(&mut model);
    let ended = Input::Reply(accounts_of("cn_1"), Err(Refusal::Ended));
    assert_eq!(after(&mut model, ended), [Effect::Ask(Ask::Connections)]);
    let Screen::Accounts(accounts) = model.screen() else { panic!("it says why") };
    assert_eq!(accounts.rows, Part::Failed(Refusal::Ended));
}

#[test]
fn a_bank_that_wants_a_signature_gets_one_from_where_it_says_so() {
    let renew = || Input::Act(Act::Renew("cn_1".to_owned()));
    let mut model = reading();
    assert_eq!(after(&mut model, renew()), [], "nobody has asked for it");
    let wanted = Input::Reply(page(None), Err(Refusal::SignAgain));
    assert_eq!(after(&mut model, wanted), [Effect::Ask(Ask::Connections)]);
    assert_eq!(model.take_news(), Some(News::Unread(Refusal::SignAgain)));
    assert_eq!(after(&mut model, renew()), [Effect::Renew("cn_1".to_owned())]);
    model.handle(Input::Act(Act::Back));
    assert_eq!(after(&mut model, renew()), [], "the accounts were given");
    let update = Input::Act(Act::Update);
    assert_eq!(after(&mut model, update), [Effect::Ask(accounts_of("cn_1"))]);
    let wanted = Input::Reply(accounts_of("cn_1"), Err(Refusal::SignAgain));
    assert_eq!(after(&mut model, wanted), [Effect::Ask(Ask::Connections)]);
    assert_eq!(after(&mut model, renew()), [Effect::Renew("cn_1".to_owned())]);
}

#[test]
fn a_late_answer_changes_only_the_screen_that_asked() {
    let mut model = reading();
    model.handle(Input::Act(Act::Back));
    assert_eq!(after(&mut model, Input::Reply(page(None), Ok(transactions(1, None)))), []);
    assert!(matches!(model.screen(), Screen::Accounts(_)));
    let balances = Ask::Balances { connection: "cn_1".to_owned(), account: "ac_1".to_owned() };
    model.handle(Input::Reply(balances, Ok(Answer::Balances(ViewedBalances::default()))));
    let Screen::Accounts(accounts) = model.screen() else { panic!("still there") };
    let rows = accounts.rows.ready().unwrap();
    assert_eq!(rows[0].balances, Part::Ready(ViewedBalances::default()));
}

#[test]
fn pages_are_added_one_after_another() {
    let mut model = reading();
    let first = Input::Reply(page(None), Ok(transactions(2, Some("c"))));
    assert_eq!(after(&mut model, first), []);
    assert_eq!(model.take_news(), Some(News::Transactions(2)));
    assert_eq!(after(&mut model, Input::Act(Act::More)), [Effect::Ask(page(Some("c")))]);
    assert_eq!(after(&mut model, Input::Act(Act::More)), [], "it is being read");
    let until = Refusal::TooOften { until: 7 };
    model.handle(Input::Reply(page(Some("c")), Err(until)));
    assert_eq!(model.take_news(), Some(News::Unread(until)));
    assert_eq!(after(&mut model, Input::Act(Act::More)), [Effect::Ask(page(Some("c")))]);
    model.handle(Input::Reply(page(Some("c")), Ok(transactions(1, None))));
    // An answer that came twice adds nothing.
    model.handle(Input::Reply(page(Some("c")), Ok(transactions(1, None))));
    let Screen::Transactions { pages, .. } = model.screen() else { panic!("it shows them") };
    assert_eq!((pages.booked.len(), &pages.next), (3, &Next::None));
    assert_eq!(pages.known, [2, 0], "the last page begins after the others");
    assert_eq!(after(&mut model, Input::Act(Act::More)), []);
}
