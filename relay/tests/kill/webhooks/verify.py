# Verifies webhooks with the official library of Standard Webhooks, and changes each in several ways.
#
#   python verify.py < {"secrets", "strange", "webhooks"}

import json
import re
import sys
from datetime import datetime, timezone

from standardwebhooks.webhooks import Webhook


def takes(secret, it):
    headers = {
        "webhook-id": it["id"],
        "webhook-timestamp": it["timestamp"],
        "webhook-signature": it["signature"],
    }
    try:
        Webhook(secret).verify(it["body"], headers)
        return True
    except Exception:
        return False


def turned(signatures):
    """Each letter of a signature becomes another one."""
    turn = lambda text: re.sub("[A-Za-z0-9]", lambda it: "B" if it[0] == "A" else "A", text)
    return " ".join("v1," + turn(one[3:]) for one in signatures.split(" "))


def at(secret, it, seconds):
    """Signed with the right secret, at another time."""
    timestamp = int(it["timestamp"]) + seconds
    moment = datetime.fromtimestamp(timestamp, tz=timezone.utc)
    signature = Webhook(secret).sign(it["id"], moment, it["body"])
    return {**it, "timestamp": str(timestamp), "signature": signature}


def tampered(secret, it):
    yield {**it, "body": it["body"].replace('"type"', '"typo"')}
    yield {**it, "body": it["body"] + " "}
    yield {**it, "id": it["id"] + "x"}
    yield {**it, "timestamp": str(int(it["timestamp"]) + 1)}
    yield {**it, "signature": turned(it["signature"])}
    yield {**it, "signature": it["signature"].replace("v1,", "v2,")}
    yield {**it, "signature": ""}
    yield at(secret, it, -3600)
    yield at(secret, it, 3600)


question = json.load(sys.stdin)
verified = refused = caught = 0
for it in question["webhooks"]:
    for secret in question["secrets"]:
        verified += takes(secret, it)
        # The control: what `at` signs is taken at its time.
        assert takes(secret, at(secret, it, 0)), "it does not take its own signature"
        caught += sum(not takes(secret, other) for other in tampered(secret, it))
    refused += sum(not takes(secret, it) for secret in question["strange"])
print(json.dumps({"verified": verified, "strange": refused, "tampered": caught}))
