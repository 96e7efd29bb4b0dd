//! The choice among methods that the profile does not know, by the bank's names.

use protocol::flow::Input;
use protocol::wire::ScaMethod;

use super::Act;
use super::build::{Build, Screen};
use super::dom::el;

pub(super) fn choose(mut build: Build<'_>, methods: &[ScaMethod]) -> Screen {
    let text = build.words();
    build.heading(text.methods_heading());
    let list = el("ul").class("methods");
    for method in methods {
        let id = method.authentication_method_id.clone();
        let button = build.plain("", move || Act::Input(Input::ChooseMethod(id.clone())));
        let explanation = el("span").class("note");
        let explanation = explanation.text(method.explanation.as_deref().unwrap_or_default());
        let button = button.class("button method").add(&el("span").text(name(method)));
        list.add_element(el("li").add(&button.add(&explanation)).element());
    }
    build.add(&list);
    let other = build.other_bank();
    build.foot(&[other]);
    build.finish("", None)
}

/// The bank's name of a method; its id where the bank gives none.
pub(super) fn name(method: &ScaMethod) -> &str {
    method.name.as_deref().unwrap_or(method.authentication_method_id.as_str())
}
