"""
What each problem is called, in English and Japanese, and what to do next where the error itself does not say.
"""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

WORDS: Mapping[str, Words] = {
    "input_invalid": {
        "en": (
            "The request breaks a rule",
            "Correct the fields named under `errors` and send it again; nothing was done.",
        ),
        "ja": (
            "入力が規則に合いません",
            "errors に示された項目を直して、もう一度送ってください。何も実行されていません。",
        ),
    },
    "range_not_satisfiable": {
        "en": ("The range holds no byte of the file", "Ask for bytes below the size that is named."),
        "ja": (
            "指定された範囲にデータがありません",
            "示されたサイズより小さい位置を指定してください。",
        ),
    },
    "tool_missing": {
        "en": ("The gateway lacks a program it needs", "Ask the operator to run `resonance doctor`."),
        "ja": (
            "ゲートウェイに必要なプログラムがありません",
            "運用者に `resonance doctor` の実行を依頼してください。",
        ),
    },
    "compilation_failed": {
        "en": ("The contracts could not be compiled", "Ask the operator to run `resonance doctor`."),
        "ja": (
            "コントラクトをコンパイルできません",
            "運用者に `resonance doctor` の実行を依頼してください。",
        ),
    },
    "chain_unreachable": {
        "en": (
            "The chain does not answer",
            "Nothing is lost. Try again in a minute with the same Idempotency-Key.",
        ),
        "ja": (
            "チェーンが応答しません",
            "失われたものはありません。1分ほど後に、同じ Idempotency-Key でもう一度送ってください。",
        ),
    },
    "chain_mismatch": {
        "en": ("The gateway is connected to another chain", "Ask the operator to check the RPC address."),
        "ja": (
            "ゲートウェイが別のチェーンに接続されています",
            "運用者に RPC アドレスの確認を依頼してください。",
        ),
    },
    "not_deployed": {
        "en": ("The contracts are not deployed", "Ask the operator to run `resonance deploy`."),
        "ja": ("コントラクトが配置されていません", "運用者に `resonance deploy` の実行を依頼してください。"),
    },
    "transaction_failed": {
        "en": ("The contract refuses this", "`details.error` names the contract's reason; nothing was sent."),
        "ja": ("コントラクトが拒否しました", "details.error に理由があります。何も送信されていません。"),
    },
    "signature_refused": {
        "en": (
            "The signature or the signer is not accepted",
            "Sign the shown message with the account it names.",
        ),
        "ja": (
            "署名または署名者が認められません",
            "示されたメッセージに、そこで指定されたアカウントで署名してください。",
        ),
    },
    "evidence_unavailable": {
        "en": ("The content is not available", "Check the CID, or ask another IPFS gateway."),
        "ja": ("内容を取得できません", "CID を確かめるか、別の IPFS ゲートウェイに問い合わせてください。"),
    },
    "evidence_mismatch": {
        "en": ("The content is not what its CID says", "Fetch it from another source; never use it."),
        "ja": ("内容が CID と一致しません", "別の取得元から取得してください。この内容は使わないでください。"),
    },
    "proof_mismatch": {
        "en": ("A proof does not verify", "Keep the proof and the receipt: they are evidence."),
        "ja": ("証明が検証できません", "証明と受領書を保管してください。証拠になります。"),
    },
    "journal_conflict": {
        "en": ("This contradicts what was already accepted", "Use a new Idempotency-Key for a new request."),
        "ja": ("受付済みの内容と矛盾します", "新しい要求には、新しい Idempotency-Key を使ってください。"),
    },
    "journal_unavailable": {
        "en": (
            "The journal's database does not answer",
            "Try again in a minute with the same Idempotency-Key: nothing is done twice.",
        ),
        "ja": (
            "記録のデータベースが応答しません",
            "1分ほど後に、同じ Idempotency-Key でもう一度送ってください。二重に実行されることはありません。",
        ),
    },
    "not_found": {
        "en": ("There is no such thing", "Check the number or name."),
        "ja": ("見つかりません", "番号または名前を確かめてください。"),
    },
    "resonance_error": {
        "en": ("The request could not be carried out", "Tell the operator the request id."),
        "ja": ("要求を実行できませんでした", "要求番号を運用者に伝えてください。"),
    },
    "idempotency_key_missing": {
        "en": (
            "An Idempotency-Key is needed",
            "Send the header Idempotency-Key: 1 to 128 printable ASCII characters, new for each new request.",
        ),
        "ja": (
            "Idempotency-Key が必要です",
            "要求ごとに新しい、1〜128文字の ASCII 文字列をヘッダー Idempotency-Key に入れてください。",
        ),
    },
    "json_malformed": {
        "en": ("The body is not JSON", "Send one JSON object in UTF-8, each key once."),
        "ja": (
            "本文が JSON ではありません",
            "UTF-8 の JSON オブジェクトを一つ送ってください。キーの重複は認められません。",
        ),
    },
    "body_malformed": {
        "en": ("The body cannot be read", "Send multipart/form-data with one part called `file`."),
        "ja": ("本文を読み取れません", "`file` という部分を一つ持つ multipart/form-data を送ってください。"),
    },
    "too_large": {
        "en": ("The body is too large", "Send less, or split it; the limit is named in `detail`."),
        "ja": ("本文が大きすぎます", "上限は detail に示されています。小さくするか、分けて送ってください。"),
    },
    "route_not_found": {
        "en": ("There is no such address", "The addresses are listed in /openapi.json."),
        "ja": ("そのアドレスはありません", "アドレスの一覧は /openapi.json にあります。"),
    },
    "method_not_allowed": {
        "en": ("This address does not take that method", "The header Allow lists the methods it takes."),
        "ja": ("このメソッドは使えません", "使えるメソッドはヘッダー Allow にあります。"),
    },
    "timed_out": {
        "en": ("It took too long", "Try again with the same Idempotency-Key: nothing is done twice."),
        "ja": (
            "時間がかかりすぎました",
            "同じ Idempotency-Key でもう一度送ってください。二重に実行されることはありません。",
        ),
    },
    "halted": {
        "en": (
            "The gateway accepts nothing for now",
            "Nothing is lost. Ask the operator, or send the transaction with a wallet of your own.",
        ),
        "ja": (
            "現在、新しい要求を受け付けていません",
            "失われたものはありません。運用者に問い合わせるか、ご自身のウォレットで送ってください。",
        ),
    },
    "stalled": {
        "en": (
            "The gateway does not get on",
            "Nothing is lost. End the process and start it again.",
        ),
        "ja": (
            "ゲートウェイの処理が止まっています",
            "失われたものはありません。プロセスを終了し、もう一度起動してください。",
        ),
    },
    "exhausted": {
        "en": (
            "The gateway's machine is short of memory or descriptors",
            "Nothing is lost. Try again in a minute with the same Idempotency-Key.",
        ),
        "ja": (
            "ゲートウェイのメモリーまたはファイル記述子が足りません",
            "失われたものはありません。1分ほど後に、同じ Idempotency-Key でもう一度送ってください。",
        ),
    },
    "storage_full": {
        "en": (
            "There is no room for more evidence",
            "Ask the operator. Evidence may also be kept elsewhere on IPFS, and named by its CID.",
        ),
        "ja": (
            "証拠を置く場所が足りません",
            "運用者に問い合わせてください。証拠は IPFS の他の場所に置き、CID で示すこともできます。",
        ),
    },
    "host_unknown": {
        "en": (
            "This gateway has another name",
            "Use its own address; the operator lists it in RESONANCE_HOSTS.",
        ),
        "ja": (
            "このゲートウェイの名前ではありません",
            "正しいアドレスを使ってください。運用者は RESONANCE_HOSTS で設定します。",
        ),
    },
    "foreign_origin": {
        "en": ("Another site's page may not do this", "Open the gateway's own page and do it there."),
        "ja": (
            "他のサイトのページからは実行できません",
            "ゲートウェイ自身のページを開いて、そこから実行してください。",
        ),
    },
    "credentials_refused": {
        "en": (
            "The session or API key is not valid",
            "Sign in again, or ask the operator for a new API key.",
        ),
        "ja": (
            "セッションまたは API キーが有効ではありません",
            "もう一度サインインするか、運用者に新しい API キーを依頼してください。",
        ),
    },
    "sign_in_needed": {
        "en": (
            "Sign in first",
            "Get a nonce at /v1/session/nonce, sign the message and post it to /v1/session.",
        ),
        "ja": (
            "サインインが必要です",
            "/v1/session/nonce で nonce を取得し、署名したメッセージを /v1/session に送ってください。",
        ),
    },
    "scope_missing": {
        "en": (
            "This caller may not do this",
            "Ask the operator for an API key with the scope that is named.",
        ),
        "ja": ("この操作は許可されていません", "必要な権限のある API キーを運用者に依頼してください。"),
    },
    "too_many_requests": {
        "en": ("Too many requests", "Wait as long as Retry-After says; nothing was done."),
        "ja": ("要求が多すぎます", "Retry-After の秒数だけ待ってください。何も実行されていません。"),
    },
    "budget_spent": {
        "en": (
            "The gateway relays no more of this today",
            "Wait until midnight UTC, or send the transaction with a wallet of your own; nothing was done.",
        ),
        "ja": (
            "本日の中継予算を使い切りました",
            "協定世界時の午前0時まで待つか、ご自身のウォレットで送ってください。何も実行されていません。",
        ),
    },
    "evidence_spent": {
        "en": (
            "The gateway takes no more evidence from here today",
            "Wait until midnight UTC, or keep it on IPFS yourself and name its CID; nothing was kept.",
        ),
        "ja": (
            "本日受け付ける証拠の量の上限に達しました",
            "協定世界時の午前0時まで待つか、ご自身で IPFS に置いてその CID を使ってください。"
            "何も保存されていません。",
        ),
    },
    "internal": {
        "en": ("The gateway failed", "Tell the operator the request id; it stands in the log."),
        "ja": ("ゲートウェイの内部エラーです", "要求番号を運用者に伝えてください。記録に残っています。"),
    },
}


def title(code: str, language: str) -> str:
    """Return what the problem is called."""
    return WORDS.get(code, WORDS["resonance_error"])[language][0]


def hint(code: str, language: str) -> str:
    """Return what to do next."""
    return WORDS.get(code, WORDS["resonance_error"])[language][1]
