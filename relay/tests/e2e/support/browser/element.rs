//! What the page does with the element: adds, moves and removes it, sets its attributes, and puts words into it.

use serde::Deserialize;
use serde_json::json;

use super::Browser;

/// Another place on the page for the element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Inside the node with the id `other`.
    Other,
    /// The same, by a move that keeps the element connected, where the browser has one.
    OtherWithoutGap,
    /// At the top of the page.
    Top,
    /// At the end of the page.
    End,
    /// In the document of the page's frame.
    Frame,
}

/// What an element that was moved shows.
#[derive(Deserialize)]
pub(crate) struct Moved {
    /// What is in its first field.
    pub(crate) typed: String,
    /// The banks in its list.
    pub(crate) banks: Vec<String>,
    /// The radius of its corners.
    pub(crate) radius: String,
    /// Whether the first field has the focus.
    pub(crate) has_focus: bool,
}

impl Browser {
    /// Adds the element to the page, with words of the page's own in it. What fails is noted under `failed`.
    pub(crate) async fn add_element(&self) {
        self.run(ADD, vec![]).await;
    }

    /// Whether the page has the element, with its shadow root.
    pub(crate) async fn has_element(&self) -> bool {
        self.ask("return !!link.shadowRoot", vec![]).await
    }

    /// Sets the attribute `name` of the element.
    pub(crate) async fn set_attribute(&self, name: &str, value: &str) {
        let script = "link.setAttribute(arguments[0], arguments[1])";
        self.run(script, vec![json!(name), json!(value)]).await;
    }

    /// Removes the attribute `name` of the element.
    pub(crate) async fn remove_attribute(&self, name: &str) {
        self.run("link.removeAttribute(arguments[0])", vec![json!(name)]).await;
    }

    /// The values of the element's attributes `names`.
    pub(crate) async fn attributes(&self, names: &[&str]) -> Vec<Option<String>> {
        let script = "return arguments[0].map(name => link.getAttribute(name))";
        self.ask(script, vec![json!(names)]).await
    }

    /// The tag of the element.
    pub(crate) async fn tag(&self) -> String {
        self.ask("return link.localName", vec![]).await
    }

    /// Sets the element's language.
    pub(crate) async fn set_language(&self, language: &str) {
        self.run("link.lang = arguments[0]", vec![json!(language)]).await;
    }

    /// Sets the page's language.
    pub(crate) async fn set_page_language(&self, language: &str) {
        self.run("document.documentElement.lang = arguments[0]", vec![json!(language)]).await;
    }

    /// Moves the element into a new node at the end of the page, whose language is `language`.
    pub(crate) async fn wrap_in_language(&self, language: &str) {
        let script = "const around = document.createElement('div');
            around.id = 'around';
            around.lang = arguments[0];
            document.body.append(around);
            around.append(link)";
        self.run(script, vec![json!(language)]).await;
    }

    /// Changes the language of the node around the element.
    pub(crate) async fn set_language_around(&self, language: &str) {
        self.run("document.getElementById('around').lang = arguments[0]", vec![json!(language)])
            .await;
    }

    /// Sets the element's `texts`, an object in JSON, as the page itself would.
    pub(crate) async fn set_texts(&self, texts: &str) {
        // Firefox gives the driver's scripts an element without the page's own properties.
        let script = "const page = window.wrappedJSObject ?? window;
            (link.wrappedJSObject ?? link).texts = page.JSON.parse(arguments[0]);";
        self.run(script, vec![json!(texts)]).await;
    }

    /// Puts words of the page's own into each of the element's slots.
    pub(crate) async fn fill_slots(&self) {
        let script = "for (const slot of ['banks', 'terms', 'linked', 'ended']) {
            const words = document.createElement('p');
            words.slot = slot;
            words.textContent = `Words of the page: ${slot}`;
            link.append(words);
        }";
        self.run(script, vec![]).await;
    }

    /// The slots whose words can be seen.
    pub(crate) async fn slots_in_sight(&self) -> Vec<String> {
        let script = "return [...link.children]
            .filter(it => it.getClientRects().length).map(it => it.slot)";
        self.ask(script, vec![]).await
    }

    /// Removes the element from the page; it can be put back.
    pub(crate) async fn remove_element(&self) {
        self.run("window.removed = link; link.remove()", vec![]).await;
    }

    /// The names of the nodes that are left in the shadow root of the removed element.
    pub(crate) async fn left_in_removed(&self) -> Vec<String> {
        let script = "return [...window.removed.shadowRoot.children].map(it => it.localName)";
        self.ask(script, vec![]).await
    }

    /// Puts the removed element back to its place on the demo page.
    pub(crate) async fn put_element_back(&self) {
        self.run("document.querySelector('.offer').append(window.removed)", vec![]).await;
    }

    /// Moves the element to `position`.
    pub(crate) async fn move_element(&self, position: Position) {
        let script = match position {
            Position::Other => "document.getElementById('other').append(moved)",
            Position::OtherWithoutGap => {
                "const place = document.getElementById('other');
                if (place.moveBefore) place.moveBefore(moved, null); else place.append(moved)"
            }
            Position::Top => "document.body.prepend(moved)",
            Position::End => "document.body.append(moved)",
            Position::Frame => {
                "document.querySelector('iframe').contentDocument.body.append(moved)"
            }
        };
        // It stays known where the document no longer holds it.
        self.run(&format!("const moved = (window.moved ??= link);\n{script}"), vec![]).await;
    }

    /// What the element that was moved shows.
    pub(crate) async fn moved_element(&self) -> Moved {
        self.ask(MOVED, vec![]).await
    }

    /// The names of the banks that the list shows.
    pub(crate) async fn banks(&self) -> Vec<String> {
        let script = "return [...root.querySelectorAll('.bank')]
            .filter(it => it.checkVisibility()).map(it => it.querySelector('.name').textContent)";
        self.ask(script, vec![]).await
    }
}

const ADD: &str = "
    window.failed = [];
    document.addEventListener('ais-link-failed', event => failed.push(event.detail));
    const tag = document.createElement('ais-link');
    tag.append('One moment, please.');
    document.body.append(tag);";

const MOVED: &str = "
    const tree = window.moved.shadowRoot;
    const base = tree.querySelector('.base');
    return {
        typed: tree.querySelector('input').value,
        banks: [...tree.querySelectorAll('.bank')].filter(it => it.checkVisibility()).map(it => it.querySelector('.name').textContent),
        radius: base.ownerDocument.defaultView.getComputedStyle(base).borderTopLeftRadius,
        has_focus: tree.activeElement?.localName === 'input',
    };";
