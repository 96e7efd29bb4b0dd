//! How the element looks: what the browser computes of its styles, and what a page or a system does to them.

use serde_json::{Value, json};

use super::Browser;

impl Browser {
    /// Remembers how each node of the element looks, for [`Browser::looks_changed_by`].
    pub(crate) async fn remember_looks(&self) {
        self.run(SNAPSHOT, vec![]).await;
    }

    /// Gives the page the CSS `rule` for a moment; says what looks different then, except sizes, which may follow from the
    /// page's width.
    pub(crate) async fn looks_changed_by(&self, rule: &str) -> Vec<String> {
        self.ask(COMPARE, vec![json!(rule)]).await
    }

    /// Sets the element's own style; gives the computed value of `property`.
    pub(crate) async fn computed_with(&self, style: &str, property: &str) -> String {
        let script = "link.style.cssText = arguments[0];
            return getComputedStyle(root.querySelector('.base'))[arguments[1]]";
        self.ask(script, vec![json!(style), json!(property)]).await
    }

    /// The sentences that do not begin at `side` of their box, on a page of this direction.
    pub(crate) async fn sentences_away_from(&self, direction: &str, side: &str) -> Vec<String> {
        self.ask(SENTENCES_AWAY, vec![json!(direction), json!(side)]).await
    }

    /// The colours and borders of buttons and messages.
    pub(crate) async fn shapes(&self) -> Value {
        self.ask(SHAPES, vec![]).await
    }

    /// Takes `light-dark()` out of the element's styles, as a browser does that does not know it, such as Safari before
    /// 17.5.
    pub(crate) async fn forget_light_dark(&self) {
        self.run(FORGET, vec![]).await;
    }

    /// Puts back what [`Browser::forget_light_dark`] took.
    pub(crate) async fn restore_light_dark(&self) {
        self.run("root.adoptedStyleSheets[0].replaceSync(window.style)", vec![]).await;
    }

    /// How what `selector` finds in the element looks: background, filter, and the colour of the browser's own box for a
    /// tap, which only Chromium has.
    pub(crate) async fn look_of(&self, selector: &str) -> [Option<String>; 3] {
        let script = "const style = getComputedStyle(root.querySelector(arguments[0]));
            return [style.backgroundColor, style.filter, style.webkitTapHighlightColor]";
        self.ask(script, vec![json!(selector)]).await
    }

    /// Makes the page one that sets light colours and knows nothing of dark ones.
    pub(crate) async fn set_page_light(&self) {
        let script = "document.querySelector('meta[name=color-scheme]').remove();
            document.documentElement.style.colorScheme = 'light';
            document.body.style.background = '#fff';
            link.style.colorScheme = 'light'";
        self.run(script, vec![]).await;
    }

    /// The controls that have neither a border nor a line under their text.
    pub(crate) async fn controls_without_edge(&self) -> Vec<String> {
        self.ask(WITHOUT_EDGE, vec![]).await
    }

    /// The controls whose edge is fainter than the text.
    pub(crate) async fn controls_with_faint_edge(&self) -> Vec<String> {
        self.ask(FAINT, vec![]).await
    }

    /// The animations and transitions that run in the element.
    pub(crate) async fn running_animations(&self) -> Vec<String> {
        self.ask(MOVING, vec![]).await
    }
}

const SNAPSHOT: &str = "
    window.looks = () => [...root.querySelectorAll('.base, .base *')].filter(it => it.checkVisibility()).map(it => {
        const style = getComputedStyle(it);
        return [`${it.localName}.${it.className.baseVal ?? it.className}`, Object.fromEntries([...style].map(name => [name, style.getPropertyValue(name)]))];
    });
    window.before = looks();";

const COMPARE: &str = "
    const sheet = document.createElement('style');
    sheet.textContent = arguments[0];
    document.head.append(sheet);
    const after = looks();
    sheet.remove();
    const faults = [];
    const size = /grid-template|size|width|height|origin|inset|top|bottom|left|right|margin/;
    window.before.forEach(([name, style], at) => {
        for (const [property, value] of Object.entries(style)) {
            const now = after[at]?.[1][property];
            if (now !== value && !size.test(property)) faults.push(`${name} ${property}: ${value}, ${now}`);
        }
    });
    return faults.slice(0, 9);";

const SENTENCES_AWAY: &str = "
    document.documentElement.dir = arguments[0];
    const away = it => {
        const words = document.createRange();
        words.selectNodeContents(it);
        const [begin, edge] = [words, it].map(of => of.getBoundingClientRect()[arguments[1]]);
        return Math.abs(begin - edge) > 2;
    };
    const sentences = [...root.querySelectorAll('.screen :is(p, h2)')];
    return sentences.filter(it => it.checkVisibility() && it.innerText && away(it)).map(it => it.innerText);";

const SHAPES: &str = "
    return [...root.querySelectorAll('.base, button, .asked, .message')].filter(it => it.checkVisibility()).map(it => {
        const { color, backgroundColor, borderTopStyle, borderTopWidth, borderTopColor, borderTopLeftRadius } = getComputedStyle(it);
        return [it.className, color, backgroundColor, borderTopStyle, borderTopWidth, borderTopColor, borderTopLeftRadius];
    });";

const FORGET: &str = "
    const [sheet] = root.adoptedStyleSheets;
    window.style = [...sheet.cssRules].map(rule => rule.cssText).join('\\n');
    sheet.replaceSync(window.style.replaceAll('light-dark(', 'no-such('));";

const WITHOUT_EDGE: &str = "
    return [...root.querySelectorAll('button, a[href], input')].filter(it => it.checkVisibility()).filter(it => {
        const style = getComputedStyle(it);
        const border = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) >= 1
            && style.borderTopColor !== style.backgroundColor;
        return !border && !style.textDecorationLine.includes('underline');
    }).map(it => it.innerText.trim());";

const FAINT: &str = "
    const ink = getComputedStyle(root.querySelector('.base')).color;
    return [...root.querySelectorAll('.button:not(.quiet), .field:not([aria-invalid=true])')].filter(it => it.checkVisibility())
        .filter(it => getComputedStyle(it).borderTopColor !== ink).map(it => it.innerText.trim());";

const MOVING: &str = "
    return root.querySelector('.base').getAnimations({ subtree: true })
        .filter(it => it.playState === 'running').map(it => String(it.animationName ?? it.transitionProperty));";
