"""
Errors in the reader's language: what kind of thing happened, and what to do next.

The message itself names fields, values and addresses and stays as it is; Japanese readers get the kind and
the next step in Japanese before it, and a hint that was written for this very error behind it.
"""

from __future__ import annotations

from resonance_dao.errors import ResonanceError

JAPANESE: dict[str, tuple[str, str]] = {
    "input_invalid": (
        "入力が規則に合いません",
        "値を直して、もう一度実行してください。何も送信されていません。",
    ),
    "tool_missing": ("必要なプログラムがありません", "`resonance doctor` で確認してください。"),
    "compilation_failed": ("コンパイルできませんでした", "コンパイラーの示す行を直してください。"),
    "chain_unreachable": ("チェーンに接続できません", "RESONANCE_RPC_URL とノードの状態を確認してください。"),
    "chain_mismatch": (
        "接続先が想定したチェーンと違います",
        "接続先を確認してください。開発用チェーンは再起動されたかもしれません。",
    ),
    "not_deployed": ("コントラクトがデプロイされていません", "先に `resonance deploy` を実行してください。"),
    "transaction_failed": ("取引が失敗しました", "理由を確認してください。資金は動いていません。"),
    "signature_refused": ("署名が受け付けられません", "正しいウォレットで署名し直してください。"),
    "evidence_unavailable": (
        "証拠を取得または保存できません",
        "失われたものはありません。IPFS の接続先を確認してください。",
    ),
    "evidence_mismatch": (
        "証拠の内容が CID と一致しません",
        "その内容は使わず、別の場所から取得してください。",
    ),
    "proof_mismatch": ("証明が一致しません", "その記録を信用せず、監査人に知らせてください。"),
    "journal_conflict": (
        "ジャーナルの内容と矛盾します",
        "メッセージが示す矛盾を確認してください。何も上書きされていません。",
    ),
    "journal_unavailable": (
        "ジャーナルのデータベースが応答しません",
        "ディスクと RESONANCE_DATABASE_URL を確認してください。同じキーなら二重に実行されません。",
    ),
    "not_found": ("見つかりません", "番号や名前を確認してください。"),
}
"""By error code: the kind of thing, and the next step."""

STEPS_JA: dict[str, str] = {
    "Install 3.10+.": "Python 3.10 以上を入れてください。",
    "Install Node.js 20 or newer.": "Node.js 20 以上を入れてください。",
}
"""What `resonance doctor` advises where no error does, in Japanese."""

DEFECT = (
    "this is a defect of ours; run again with RESONANCE_DEBUG=1 and report what it prints.",
    "これは本ソフトウェアの不具合です。RESONANCE_DEBUG=1 を付けて再実行し、表示内容をお知らせください。",
)
"""What to do about an error that should not exist, in English and Japanese."""


GATEWAY = (
    "ゲートウェイから受け付けの回答がありません",
    "失われたものはありません。同じコマンドは同じ要求として扱われ、二重に実行されません。",
)
"""What an error is called in Japanese when it was a gateway that did not do its work."""


def next_step(code: str, hint: str, language: str) -> str:
    """Return what to do about what `resonance doctor` found; in Japanese by the error's code, if any."""
    if language != "ja" or not hint:
        return hint
    if code in JAPANESE:
        return f"{JAPANESE[code][1]} ({hint})"
    return STEPS_JA.get(hint, hint)


def explain(error: ResonanceError, language: str) -> tuple[str, str]:
    """Return what happened and what to do next, in `language` ("en" or "ja")."""
    if language != "ja" or error.code not in JAPANESE:
        return str(error), error.hint
    is_gateway = error.code == "evidence_unavailable" and "gateway" in error.details
    kind, step = GATEWAY if is_gateway else JAPANESE[error.code]
    own = error.hint if error.hint not in {"", type(error).default_hint} else ""
    return f"{kind}: {error}", f"{step} ({own})" if own else step
