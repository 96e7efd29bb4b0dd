//! All has its place: nothing overlaps, sticks out or scrolls sideways, on a narrow screen, with text
//! twice as large, and from right to left. Nothing is too small to read or to touch, whatever the page
//! does to its root's text.

use serde_json::json;

use crate::support::Browser;

/// Fails where something on the screen has no place of its own; `name` says on which.
pub(super) async fn fits(browser: &Browser, name: &str) {
    assert_eq!(browser.eval(MEASURE, vec![]).await, json!([]), "{name}");
}

const MEASURE: &str = r#"
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
