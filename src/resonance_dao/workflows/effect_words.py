"""The words of what follows from a transaction: what was agreed, and why a contract decided as it did."""

from __future__ import annotations

AGREED = {
    "en": "The terms of a bounty, with the money that pays for them in escrow. They never change.",
    "ja": "懸賞の条件です。支払いに充てる資金は預託済みで、条件は変更されません。",
}
SELECTED = {
    "en": "The project selected a worker's application.",
    "ja": "プロジェクトが応募者を選定しました。",
}
DECIDED = {
    "accepted": {
        "en": "The verdict that the terms ask for came. The base is credited at the multiplier of the day.",
        "ja": "条件が定める審査結果が出たため、採用となりました。基本報酬を当日の倍率で計上しました。",
    },
    "accepted_by_silence": {
        "en": "The window passed without the verdict that was owed; silence is decided for the worker here.",
        "ja": "期限内に審査結果が示されなかったため、条件に従い提出者に有利に採用となりました。",
    },
    "rejected": {
        "en": "A rejection was decided, or the time to appeal or to correct passed.",
        "ja": "不採用が決まったか、異議または修正の期限が過ぎました。",
    },
    "settled": {
        "en": "The report stood through its challenge window: ceiling x achieved / 10000, rounded down.",
        "ja": "報告が異議期間を経て確定しました。上限額×達成率÷10000(端数切捨て)を計上します。",
    },
    "settled_by_silence": {
        "en": "No report or ruling came in time, so that the default of the terms counts; rounded down.",
        "ja": "期限内に報告または裁定がなかったため、条件の既定値で計算しました(端数切捨て)。",
    },
    "completed": {
        "en": "Every part is settled. The total is topped up to the guarantee; the rest goes to the funder.",
        "ja": "すべての支払いが確定しました。保証額まで補い、残りは依頼主に戻ります。",
    },
}
