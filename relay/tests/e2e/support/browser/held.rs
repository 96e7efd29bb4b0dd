//! What a page holds in memory. Chromium alone tells it.

use serde_json::{Value, json};

use super::Browser;

/// What a page holds after the garbage is collected.
#[derive(Debug)]
pub(crate) struct Held {
    /// Nodes of all documents.
    pub(crate) nodes: u64,
    /// Listeners of events.
    pub(crate) listeners: u64,
    /// Bytes of scripts' own objects.
    pub(crate) heap: u64,
    /// Bytes of the memories of all modules.
    pub(crate) wasm: u64,
}

impl Browser {
    /// Adds an element, goes as far as the bank's screen and removes it, so many times.
    pub(crate) async fn elements_come_and_go(&self, times: u64) {
        self.ask_later::<Value>(COME_AND_GO, vec![json!(times)]).await;
    }

    /// Shows so many frames of an animated code, as fast as the page can: its clock goes ahead to what it waits for, and the
    /// answers about the status are made in the page. When the bank's time is over, the person tries again.
    pub(crate) async fn animated_codes(&self, frames: u64) {
        self.ask_later::<Value>(ANIMATE, vec![json!(frames)]).await;
    }

    /// What the page holds.
    pub(crate) async fn held(&self) -> Held {
        self.devtools("Performance.enable", json!({})).await;
        // What the first round frees may be what holds the rest.
        for _ in 0..3 {
            self.devtools("HeapProfiler.collectGarbage", json!({})).await;
        }
        let wasm = self.bytes_of_modules().await;
        let metrics = self.metrics(["Nodes", "JSEventListeners", "JSHeapUsedSize"]).await;
        self.devtools("Performance.disable", json!({})).await;
        let counted = |metric: Value| metric.as_u64().expect("it is a count");
        let [nodes, listeners, heap] = metrics.map(counted);
        Held { nodes, listeners, heap, wasm }
    }

    async fn bytes_of_modules(&self) -> u64 {
        let group = json!("held");
        let ask = json!({ "expression": "WebAssembly.Memory.prototype", "objectGroup": group });
        let kind = self.devtools("Runtime.evaluate", ask).await;
        let ask = json!({ "prototypeObjectId": kind["result"]["objectId"], "objectGroup": group });
        let memories = self.devtools("Runtime.queryObjects", ask).await;
        let sum = "function () { return this.reduce((sum, it) => sum + it.buffer.byteLength, 0) }";
        let ask = json!({
            "objectId": memories["objects"]["objectId"], "functionDeclaration": sum, "returnByValue": true,
        });
        let answer = self.devtools("Runtime.callFunctionOn", ask).await;
        self.devtools("Runtime.releaseObjectGroup", json!({ "objectGroup": group })).await;
        let bytes = answer["result"]["value"].as_u64();
        bytes.filter(|bytes| *bytes > 0).unwrap_or_else(|| panic!("no module is there: {answer}"))
    }
}

const ANIMATE: &str = r#"
    const link = document.querySelector('ais-link');
    if (!window.animation) {
        const animation = window.animation = { frames: 0, isFast: false };
        const [now, later, ask] = [performance.now.bind(performance), setTimeout, fetch];
        let ahead = 0;
        performance.now = () => now() + ahead;
        // What waits for the next second waits no longer, and finds that the second is over.
        window.setTimeout = (call, millis, ...rest) => {
            if (!animation.isFast || millis > 1000) return later(call, millis, ...rest);
            const due = performance.now() + millis;
            return later(() => {
                ahead += Math.max(0, due - performance.now());
                call(...rest);
            }, 4);
        };
        let last;
        window.fetch = async (request, ...rest) => {
            const isStatus = request.method === 'GET' && /\/authorisations\/[^/]+$/.test(request.url);
            if (isStatus && last && link.getAttribute('state') === 'challenge') {
                const end = String(++animation.frames).padStart(64, '0');
                const text = last.replace(/(bankid\.[^.]*\.)[^"]*/g, `$1${animation.frames % 300}.${end}`);
                return new Response(text, { headers: { 'content-type': 'application/json' } });
            }
            const answer = await ask(request, ...rest);
            const text = isStatus ? await answer.clone().text() : '';
            if (text.includes('bankid.')) last = text;
            return answer;
        };
    }
    const { animation } = window;
    const end = animation.frames + arguments[0];
    const look = () => {
        const state = link.getAttribute('state');
        animation.isFast = state === 'challenge' && animation.frames < end;
        if (animation.frames >= end) {
            link.removeEventListener('ais-link-state', look);
            clearInterval(often);
            done(null);
        } else if (state !== 'challenge') {
            const next = ['Try again', 'Show QR code'];
            [...link.shadowRoot.querySelectorAll('button')].find(it => next.includes(it.textContent))?.click();
        }
    };
    const often = setInterval(look, 20);
    link.addEventListener('ais-link-state', look);"#;

const COME_AND_GO: &str = "(async () => {
    const reaches = async (it, state) => {
        while (it.getAttribute('state') !== state) {
            await new Promise(heard => it.addEventListener('ais-link-state', heard, { once: true }));
        }
    };
    for (let left = arguments[0]; left > 0; left--) {
        const it = document.createElement('ais-link');
        document.body.append(it);
        await reaches(it, 'choose-bank');
        [...it.shadowRoot.querySelectorAll('.bank')].find(bank => bank.textContent.includes('SEB')).click();
        await reaches(it, 'ready');
        it.remove();
        await new Promise(next => setTimeout(next));
    }
    done(null);
})()";
