//! One link, from the bank to the accounts, by a browser that acts as the widget does: after each lost answer
//! it asks the relay for the links of its session, and continues from there. It repeats a return whose answer
//! was lost. No person goes to the bank a second time after an approval, with one exception: the test killed
//! the relay after the platform had accepted the code and before the relay learned that. Then the relay does
//! not know who approved, so the page ends the consent and begins again.

mod hosted;

use std::net::SocketAddr;
use std::time::Duration;

use protocol::wire::{Approach, ConsentStatus, KeptConsent, Returned, ScaStatus};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::bank::{BANKS, has_page};
use crate::browser::{Answer, Browser, CONSENTS, Lost};
use crate::host::Host;
use crate::person;
use crate::platform::Platform;
use crate::progress::{Progress, UnderWay};
use crate::random::Random;

/// The relay, the platform and the limits that all links share.
#[derive(Clone)]
pub(crate) struct World {
    pub relay: SocketAddr,
    pub platform: Platform,
    pub host: Host,
    pub progress: Progress,
    /// The round of restarts; [`LAST`] after the last one.
    pub round: watch::Receiver<usize>,
}

/// The facts about the consent that the relay has reported to the browser, and so must not lose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reported {
    pub finalised: bool,
    pub valid: bool,
    pub accounts: bool,
}

/// A link.
pub(crate) struct Link {
    world: World,
    number: usize,
    pub plan: Plan,
    /// The link sessions in which it was made, and the connection that it is.
    pub sessions: Vec<String>,
    pub connection: Option<String>,
    /// The consents that the host has ended, or replaced by another one.
    pub ended: Vec<String>,
    pub bank: &'static str,
    pub browser: Browser,
    random: Random,
    /// The step after which the person does something else until the next round of restarts.
    leaves_after: Option<Step>,
    /// The consent that the relay answered with, and its later answers about it.
    pub consent: String,
    pub reported: Reported,
    /// Who goes to the bank's page.
    pub who: Who,
    /// The parameters of the bank's return, until the relay has answered the post.
    back: Option<String>,
    /// Whether somebody has approved at the bank.
    pub approved: Approved,
    /// While the person is at it.
    under_way: Option<UnderWay>,
    /// Whether it paused until the next round of restarts.
    pub slept: bool,
    /// The number of lost answers.
    pub lost: u32,
    /// Consents that the page ended because the relay did not learn that the platform had accepted their code.
    pub unheard: Vec<String>,
}

pub(crate) use self::hosted::Plan;

/// Where a person may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Created,
    Started,
    Chosen,
    AtBank,
    Finalised,
}

/// Who goes to the bank's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The person who began.
    Own,
    /// A lured person, who returns in their own browser.
    Lured,
}

/// Whether somebody has approved at the bank's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Approved {
    Not,
    Once,
}

/// The browser continues from the links that the relay has kept.
struct Resume;

impl Link {
    pub(crate) fn new(world: World, number: usize, mut random: Random) -> Self {
        let steps = [Step::Created, Step::Started, Step::Chosen, Step::AtBank, Step::Finalised];
        let step = usize::try_from(random.below(5)).unwrap();
        let leaves_after = number.is_multiple_of(7).then_some(steps[step]);
        let browser = Browser::new(world.relay, world.progress.clone());
        let bank = BANKS[number % BANKS.len()];
        let is_lured = has_page(bank) && number.is_multiple_of(4);
        Self {
            world,
            number,
            plan: Plan::of(number),
            sessions: Vec::new(),
            connection: None,
            ended: Vec::new(),
            bank,
            who: if is_lured { Who::Lured } else { Who::Own },
            browser,
            random,
            leaves_after,
            consent: String::new(),
            reported: Reported::default(),
            back: None,
            approved: Approved::Not,
            under_way: None,
            slept: false,
            lost: 0,
            unheard: Vec::new(),
        }
    }

    /// Links, whatever happens to the relay.
    pub(crate) async fn run(mut self) -> Self {
        self.under_way = Some(self.world.progress.enter().await);
        // The cookie is there before the first consent.
        self.browser.session().await;
        self.open().await;
        self.finish().await;
        if self.who == Who::Own {
            self.follow_up().await;
        }
        self.under_way = None;
        self
    }

    async fn finish(&mut self) {
        while self.create().await.is_err() {
            self.lost += 1;
        }
        while self.go_on().await.is_err() {}
    }

    async fn create(&mut self) -> Result<(), Lost> {
        let tomorrow = self.world.platform.sandbox.now().date().next_day().unwrap();
        let body = json!({
            "access": {}, "recurringIndicator": false, "validUntil": tomorrow.to_string(),
            "frequencyPerDay": 1, "combinedServiceIndicator": false,
        });
        let made = self.browser.create(self.bank, body.to_string()).await?;
        assert_eq!(made.status, 201, "{made:?}");
        self.consent = made.text("consentId");
        self.stop_after(Step::Created).await;
        Ok(())
    }

    /// Continues at the step that the relay's answer names.
    async fn go_on(&mut self) -> Result<(), Resume> {
        if let Some(form) = self.back.clone() {
            if self.who == Who::Lured {
                return self.is_overtaken(&form).await;
            }
            let answer = self.browser.come_back(&form).await;
            let answer = self.heard(answer)?;
            assert_eq!(answer.status, 200, "{}: {answer:?}", self.bank);
            self.back = None;
        }
        let kept = self.kept().await;
        let Some(authorisation) = &kept.authorisation else {
            return self.authorise().await;
        };
        let id = authorisation.authorisation_id.as_str().to_owned();
        if authorisation.returned == Some(Returned::ExchangeFailed) {
            return self.begin_again(&id).await;
        }
        if kept.consent_status == ConsentStatus::Valid {
            return self.confirm().await;
        }
        match (&authorisation.sca_approach, &authorisation.returned, &authorisation.sca_status) {
            (_, Some(Returned::Completed | Returned::Exchanging), _) => self.await_final(&id).await,
            // The link to the page was lost, or had no result: the person goes there again.
            (Some(Approach::Redirect), _, _) | (_, _, ScaStatus::Failed) => self.authorise().await,
            (_, _, ScaStatus::Finalised) => self.confirm().await,
            _ if authorisation.authentication_method_id.is_some() => self.await_final(&id).await,
            _ => self.authorise().await,
        }
    }

    /// The consent as the relay keeps it. The relay has answered with it, so it must be there, and at least as far as
    /// answered.
    pub(crate) async fn kept(&mut self) -> KeptConsent {
        let kept = self.browser.session().await.consents;
        let own = kept.into_iter().find(|kept| kept.consent_id.as_str() == self.consent);
        let own = own.unwrap_or_else(|| panic!("the relay forgot a consent at {}", self.bank));
        if self.reported.valid {
            assert_eq!(own.consent_status, ConsentStatus::Valid, "{}", self.bank);
        }
        if self.reported.finalised {
            let status = own.authorisation.as_ref().map(|it| &it.sca_status);
            assert_eq!(status, Some(&ScaStatus::Finalised), "{}", self.bank);
        }
        own
    }

    /// Ends a consent whose code the platform first accepted and then refused when it was sent again, as the
    /// page does.
    async fn begin_again(&mut self, authorisation: &str) -> Result<(), Resume> {
        let exchanges = self.world.platform.exchanges();
        let one = exchanges.get(authorisation).copied().unwrap_or_default();
        assert!(one.taken == 1 && one.sent > 1, "{}: {one:?}", self.bank);
        let accounts = self.browser.accounts(self.bank, &self.consent).await;
        let accounts = self.heard(accounts)?;
        assert_eq!(accounts.status, 409, "{}: it is unknown whose approval it is", self.bank);
        loop {
            // The relay may have ended the consent before the answer was lost.
            if let Ok(ended) = self.path("DELETE", "", None).await {
                assert!(matches!(ended.status, 204 | 404), "{}: {ended:?}", self.bank);
                break;
            }
        }
        self.unheard.push(std::mem::take(&mut self.consent));
        self.approved = Approved::Not;
        while self.create().await.is_err() {
            self.lost += 1;
        }
        Err(Resume)
    }

    /// The lured person returns in their own browser; the person who began reads nothing.
    async fn is_overtaken(&mut self, form: &str) -> Result<(), Resume> {
        let mut other = Browser::new(self.world.relay, self.world.progress.clone());
        let answer = other.come_back(form).await;
        let answer = self.heard(answer)?;
        assert_eq!(answer.status, 403, "{}: {answer:?}", self.bank);
        let answer = self.browser.accounts(self.bank, &self.consent).await;
        let answer = self.heard(answer)?;
        let code = &answer.body["tppMessages"][0]["code"];
        assert_eq!((answer.status, code), (409, &json!("FOREIGN_COMPLETION")), "{}", self.bank);
        Ok(())
    }

    async fn authorise(&mut self) -> Result<(), Resume> {
        assert_eq!(self.approved, Approved::Not, "{}: an approval was lost", self.bank);
        let started = self.path("POST", "/authorisations", None).await?;
        assert_eq!(started.status, 201, "{}: {started:?}", self.bank);
        self.stop_after(Step::Started).await;
        let location = started.headers["location"].to_str().unwrap().to_owned();
        let method = &started.body["scaMethods"][0]["authenticationMethodId"];
        let body = json!({ "authenticationMethodId": method }).to_string();
        let chosen = self.browser.call(self.bank, "PUT", &location, Some(body)).await;
        let chosen = self.heard(chosen)?;
        if chosen.status == 409 {
            // The time to sign was over.
            return Err(Resume);
        }
        assert_eq!(chosen.status, 200, "{}: {chosen:?}", self.bank);
        self.stop_after(Step::Chosen).await;
        let links = &chosen.body["_links"];
        let link = ["scaOAuth", "scaRedirect"].iter().find_map(|name| links[name]["href"].as_str());
        if let Some(link) = link {
            self.back = Some(person::approve(&self.browser.client, link).await);
            self.approved = Approved::Once;
            self.stop_after(Step::AtBank).await;
            return Err(Resume);
        }
        let id = location.rsplit('/').next().unwrap().to_owned();
        self.sign(&chosen).await;
        self.await_final(&id).await
    }

    /// Signs, where there is something to sign.
    async fn sign(&mut self, shown: &Answer) {
        let data = &shown.body["challengeData"]["data"];
        if let Some(token) = data.as_str().or(data[0].as_str()) {
            sleep(self.random.time(PERSON)).await;
            person::sign(&self.world.platform.sandbox, token);
        }
    }

    async fn await_final(&mut self, authorisation: &str) -> Result<(), Resume> {
        let tail = format!("/authorisations/{authorisation}");
        loop {
            let answer = self.path("GET", &tail, None).await?;
            assert_eq!(answer.status, 200, "{}: {answer:?}", self.bank);
            match &*answer.text("scaStatus") {
                "finalised" => break,
                "failed" => return Err(Resume),
                _ => self.sign(&answer).await,
            }
            sleep(POLL).await;
        }
        self.reported.finalised = true;
        self.stop_after(Step::Finalised).await;
        self.confirm().await
    }

    /// Asks until the consent is valid, and reads the accounts.
    async fn confirm(&mut self) -> Result<(), Resume> {
        loop {
            let answer = self.path("GET", "/status", None).await?;
            assert_eq!(answer.status, 200, "{}: {answer:?}", self.bank);
            if answer.body["consentStatus"] == "valid" {
                break;
            }
            sleep(POLL).await;
        }
        self.reported.valid = true;
        let answer = self.browser.accounts(self.bank, &self.consent).await;
        let answer = self.heard(answer)?;
        assert_eq!(answer.status, 200, "{}: {answer:?}", self.bank);
        self.reported.accounts = true;
        Ok(())
    }

    /// A call about the consent.
    async fn path(
        &mut self,
        method: &str,
        tail: &str,
        body: Option<String>,
    ) -> Result<Answer, Resume> {
        let target = format!("{CONSENTS}/{}{tail}", self.consent);
        let answer = self.browser.call(self.bank, method, &target, body).await;
        self.heard(answer)
    }

    fn heard(&mut self, answer: Result<Answer, Lost>) -> Result<Answer, Resume> {
        answer.map_err(|Lost| {
            self.lost += 1;
            Resume
        })
    }

    async fn stop_after(&mut self, step: Step) {
        if self.leaves_after == Some(step) && !self.slept {
            self.slept = true;
            self.under_way = None;
            let now = *self.world.round.borrow();
            let is_later = |round: &usize| *round == LAST || *round > now;
            self.world.round.wait_for(is_later).await.unwrap();
            self.under_way = Some(self.world.progress.go_on());
        }
    }
}

/// The round after the last restart.
pub(crate) const LAST: usize = usize::MAX;
/// The most milliseconds that a person takes to sign.
const PERSON: u64 = 200;
const POLL: Duration = Duration::from_millis(300);
