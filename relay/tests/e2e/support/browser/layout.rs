//! Places and sizes on the page: faults of the layout, what is in view, and when nothing moves any more.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Browser;

/// A part of the page for a picture: in pixels of the page, and how much larger the picture is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) scale: f64,
}

impl Browser {
    /// Waits until nothing has changed on the screen for a moment; for a few seconds at most, because something
    /// always changes on some screens.
    pub(crate) async fn settle(&self) {
        self.ask_later::<()>(SETTLE, vec![]).await;
    }

    /// Waits for fonts and logos, and for the frame after them.
    pub(crate) async fn wait_for_pictures(&self) {
        self.ask_later::<bool>(STILL, vec![]).await;
    }

    /// What on the screen has no place of its own: on a narrow page, with large text, and from right to left.
    pub(crate) async fn layout_faults(&self) -> Vec<String> {
        self.ask(ELEMENT_FAULTS, vec![]).await
    }

    /// Puts the element into the innermost `i` of the HTML `container`; gives the faults of its size there.
    pub(crate) async fn container_faults(&self, container: &str) -> Vec<String> {
        self.ask(CONTAINER_FAULTS, vec![json!(container)]).await
    }

    /// Sets the element's own style on a page that is 600 pixels wide; the element's width then.
    pub(crate) async fn width_with(&self, style: &str) -> i64 {
        let script = "document.body.style.cssText = 'margin: 0; inline-size: 600px';
            link.style.cssText = arguments[0];
            return Math.round(link.getBoundingClientRect().width)";
        self.ask(script, vec![json!(style)]).await
    }

    /// Where the element is on the page, with a little of the page around it. A code that fills the screen is taken
    /// alone, and on a wide screen smaller: the sheet of pictures has columns.
    pub(crate) async fn element_place(&self) -> Place {
        self.ask(ELEMENT_PLACE, vec![]).await
    }

    /// Where the page's `main` is.
    pub(crate) async fn main_place(&self) -> Place {
        let script = "const box = document.querySelector('main').getBoundingClientRect();
            return { x: 0, y: 0, width: Math.ceil(box.width), height: Math.ceil(box.height), scale: 1 };";
        self.ask(script, vec![]).await
    }

    /// A small place at the upper edge of the code, in its quiet zone.
    pub(crate) async fn code_edge(&self) -> Place {
        let script = "const box = root.querySelector('.qr > *').getBoundingClientRect();
            return { x: box.x + box.width / 2 + scrollX, y: box.y + 3 + scrollY, width: 4, height: 4, scale: 1 }";
        self.ask(script, vec![]).await
    }

    /// The `alt` of each picture on the page that has not come.
    pub(crate) async fn missing_pictures(&self) -> Vec<String> {
        let script = "return [...document.images].filter(it => !it.naturalWidth).map(it => it.alt)";
        self.ask(script, vec![]).await
    }

    /// How many rows the list of banks has once no more come.
    pub(crate) async fn rows(&self) -> u64 {
        let script = "const count = () => root.querySelectorAll('.list > li:not([hidden])').length;
            return new Promise(resolve => {
                let before = -1;
                const timer = setInterval(() => {
                    if (count() !== before) return before = count();
                    clearInterval(timer);
                    resolve(before);
                }, 500);
            })";
        self.ask(script, vec![]).await
    }

    /// Puts much room above and below the element, on a page that scrolls smoothly.
    pub(crate) async fn lengthen_page(&self) {
        let script = "document.documentElement.style.scrollBehavior = 'smooth';
            const above = document.createElement('div');
            above.style.height = '1500px';
            document.body.prepend(above);
            document.body.append(above.cloneNode());";
        self.run(script, vec![]).await;
    }

    /// Whether all of what each of `selectors` finds in the element is within the window.
    pub(crate) async fn in_view(&self, selectors: &[&str]) -> Vec<bool> {
        let script = "return arguments[0].map(selector => {
            const { top, bottom } = root.querySelector(selector).getBoundingClientRect();
            return top >= -1 && bottom <= innerHeight;
        })";
        self.ask(script, vec![json!(selectors)]).await
    }

    /// How far the page is scrolled, in pixels.
    pub(crate) async fn scrolled(&self) -> f64 {
        self.ask("return scrollY", vec![]).await
    }

    /// How far the page is scrolled once it scrolls no further.
    pub(crate) async fn scrolled_at_rest(&self) -> f64 {
        let script = "let last;
            const look = () => scrollY === last ? done(last) : (last = scrollY, setTimeout(look, 300));
            look()";
        self.ask_later(script, vec![]).await
    }
}

const SETTLE: &str = "
    const root = document.querySelector('ais-link, ais-accounts')?.shadowRoot ?? document.body;
    setTimeout(done, 4000);
    let timer = setTimeout(done, 400);
    const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(done, 400);
    });
    watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });";

const STILL: &str = "
    const root = document.querySelector('ais-link, ais-accounts')?.shadowRoot ?? document;
    const shown = image => image.complete || new Promise(resolve => {
        image.onload = image.onerror = resolve;
        setTimeout(resolve, 500);
    });
    Promise.all([document.fonts.ready, ...[...root.querySelectorAll('img')].map(shown)])
        .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";

const ELEMENT_PLACE: &str = "
    const full = root.querySelector('dialog[open]')?.getBoundingClientRect();
    if (full) return { x: full.x + scrollX, y: full.y + scrollY, width: full.width, height: full.height,
        scale: Math.min(1, 430 / full.width) };
    const box = link.getBoundingClientRect();
    return { x: Math.max(0, box.x + scrollX - 8), y: Math.max(0, box.y + scrollY - 8),
        width: box.width + 16, height: box.height + 16, scale: 1 };";

const ELEMENT_FAULTS: &str = r#"
    const base = root.querySelector('.base');
    const faults = [];
    const shown = it => it.checkVisibility({ visibilityProperty: true }) && !it.closest('.live');
    const hasText = it => [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    // What is inside a control or a picture is part of it. What sticks to the edge of the window lies above the rest.
    const parts = () => [...base.querySelectorAll('*')].filter(it => shown(it)
        && (it.matches('button, a, input, svg, img') || hasText(it))
        && !it.parentElement.closest('button, a, svg, .qr') && getComputedStyle(it).position !== 'sticky');
    const called = it => `${it.localName}.${it.className.baseVal ?? it.className} "${it.textContent.trim().slice(0, 30)}"`;
    const measure = place => {
        const frame = base.getBoundingClientRect();
        const page = document.documentElement;
        if (page.scrollWidth > Math.max(page.clientWidth, document.body.offsetWidth)) faults.push(`${place}: the page scrolls sideways`);
        if (base.scrollWidth > base.clientWidth) faults.push(`${place}: the element scrolls sideways`);
        const boxes = parts().map(it => [it, it.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
        for (const [it, box] of boxes) {
            const least = Math.min(box.width, box.height);
            if (it.matches('button, a, input') && least < 43.99) faults.push(`${place}: ${called(it)} is only ${least} pixels`);
            if (parseFloat(getComputedStyle(it).fontSize) < 12) faults.push(`${place}: ${called(it)} is too small to read`);
            if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push(`${place}: ${called(it)} sticks out`);
            if (it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX !== 'visible') faults.push(`${place}: ${called(it)} is cut off`);
        }
        boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
            if (one.contains(other) || other.contains(one)) return;
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 2) faults.push(`${place}: ${called(one)} and ${called(other)} overlap`);
        }));
        return [...base.querySelectorAll('button, a, input, svg.dial, .logo, .qr')].filter(shown).map(it => {
            const box = it.getBoundingClientRect();
            return [it, Math.round(box.left - frame.left), Math.round(frame.right - box.right)];
        });
    };
    const top = document.documentElement;
    const { body } = document;
    const before = [top.style.cssText, body.style.cssText, top.dir];
    measure('as it is');
    body.style.cssText += '; margin: 0; inline-size: 320px';
    top.style.fontSize = '62.5%';
    measure('a root of small text');
    top.style.fontSize = before[0];
    const ltr = measure('320 pixels');
    top.dir = 'rtl';
    const rtl = measure('from right to left');
    ltr.forEach(([it, left, right], at) => {
        const [, farLeft, farRight] = rtl[at];
        if (Math.abs(left - farRight) > 2 || Math.abs(right - farLeft) > 2) faults.push(`from right to left: ${called(it)} is not mirrored`);
    });
    top.dir = before[2];
    body.style.inlineSize = '640px';
    top.style.fontSize = '200%';
    measure('text of twice the size');
    [top.style.cssText, body.style.cssText] = before;
    return faults;"#;

const CONTAINER_FAULTS: &str = "
    for (const dialog of document.querySelectorAll('dialog')) dialog.close?.();
    const box = document.createElement('div');
    box.innerHTML = arguments[0];
    document.body.replaceChildren(box);
    const host = box.querySelector('.host');
    if (host) {
        const shadow = host.attachShadow({ mode: 'open' });
        shadow.innerHTML = '<div style=\"display:flex\"><slot></slot></div>';
        host.append(document.createElement('i'));
    }
    box.querySelector('i').replaceWith(link);
    const dialog = box.querySelector('dialog:not([open])');
    dialog?.showModal();
    const { width, height } = link.getBoundingClientRect();
    const base = root.querySelector('.base');
    const page = document.documentElement;
    const faults = [];
    const least = page.clientWidth < 340 ? 240 : 280;
    if (width < least || width > 416.5) faults.push(`it is ${width} pixels wide`);
    if (height < 300 || height > 900) faults.push(`it is ${height} pixels high`);
    if (Math.abs(base.getBoundingClientRect().width - width) > .5) faults.push('its frame has another width');
    if (page.scrollWidth > page.clientWidth) faults.push(`the page is ${page.scrollWidth} pixels wide`);
    if (base.scrollWidth > base.clientWidth) faults.push(`what is in it is ${base.scrollWidth} pixels wide`);
    if (dialog && dialog.scrollWidth > dialog.clientWidth) faults.push('the dialog scrolls sideways');
    if (link.getAttribute('state') !== 'choose-bank') faults.push('it is on another screen');
    return faults;";
