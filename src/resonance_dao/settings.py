"""
Settings: read once from the environment and an optional `resonance.toml`, then never changed.

Each key has one environment variable, one default and one sentence in each language; `Settings.document`
lists them, and the README's table is made from that list.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from resonance_dao.errors import InputInvalid
from resonance_dao.secret_url import check_endpoint
from resonance_dao.sender_settings import Key, SenderSettings

SETTINGS_FILE = Path("resonance.toml")
"""Where settings are looked for: in the present folder."""

TABLE = "gateway"
"""The file's table of settings that are the gateway's alone."""


LEAVES_MAX = 4_000
"""As many leaves as one transaction that nodes relay can carry: they keep none of more than 128 KiB."""


class Settings(SenderSettings):
    """The settings of one process."""

    root: Annotated[
        Path,
        Key(
            "RESONANCE_ROOT",
            "folder with contracts/ and node_modules/",
            "contracts/ と node_modules/ のあるフォルダー",
        ),
    ] = Path()
    home: Annotated[
        Path,
        Key("RESONANCE_HOME", "folder for the journal and evidence", "ジャーナルと証拠を置くフォルダー"),
    ] = Path(".resonance")
    deployments: Annotated[
        Path, Key("RESONANCE_DEPLOYMENTS", "folder of the deployment books", "デプロイ記録のフォルダー")
    ] = Path("deployments")
    rpc_url: Annotated[
        str,
        Key("RESONANCE_RPC_URL", "the chain's JSON-RPC endpoint", "チェーンの JSON-RPC"),
    ] = "http://127.0.0.1:8545"
    ipfs_api_url: Annotated[
        str | None,
        Key(
            "IPFS_API_URL",
            "a Kubo RPC to mirror evidence to; none: the folder only",
            "証拠を複製する Kubo の RPC",
        ),
    ] = None
    mirror_folder: Annotated[
        Path | None,
        Key(
            "RESONANCE_MIRROR_FOLDER",
            "a folder, on another disk, for a second copy of evidence",
            "証拠の複製を置く別ディスクのフォルダー",
        ),
    ] = None
    pin_service_url: Annotated[
        str | None,
        Key(
            "RESONANCE_PIN_SERVICE_URL",
            "a pinning service (Pinning Service API 1.0.0) for a copy",
            "複製を置くピンサービス(Pinning Service API 1.0.0)",
        ),
    ] = None
    car_upload_url: Annotated[
        str | None,
        Key(
            "RESONANCE_CAR_UPLOAD_URL",
            "where that service takes content as a CAR (POST); alone: a place for a copy itself",
            "CAR を受け付ける URL(POST)",
        ),
    ] = None
    pin_token_file: Annotated[
        Path | None,
        Key(
            "RESONANCE_PIN_TOKEN_FILE",
            "file with the access token of the service and the upload",
            "上記サービスのアクセストークンのファイル",
        ),
    ] = None
    pin_gateway_url: Annotated[
        str | None,
        Key(
            "RESONANCE_PIN_GATEWAY_URL",
            "a trustless gateway to read those copies back from; none: the service is believed",
            "複製を読み戻して確認するゲートウェイ",
        ),
    ] = None
    copies_min: Annotated[
        int,
        Field(ge=1, le=16),
        Key(
            "RESONANCE_COPIES_MIN",
            "places that must keep a record before it is anchored",
            "記録に必要な最小の複製数",
        ),
    ] = 1
    pin_check_s: Annotated[
        int,
        Field(ge=0, le=31_536_000),
        Key(
            "RESONANCE_PIN_CHECK_S",
            "how often a round of checks of every copy begins, s; 0: never",
            "全複製の点検を始める間隔(秒、0 は点検なし)",
        ),
    ] = 86_400
    database_url: Annotated[
        str | None,
        Key(
            "RESONANCE_DATABASE_URL",
            "the journal's database; none: SQLite in home",
            "ジャーナルのデータベース",
        ),
    ] = None
    gateway_key_file: Annotated[
        Path | None,
        Key(
            "RESONANCE_GATEWAY_KEY_FILE",
            "file with a gateway's address and our API key there, a space between them",
            "ゲートウェイのアドレスと自分の API キーを空白で区切って書いたファイル",
        ),
    ] = None
    operator_keystore: Annotated[
        Path | None,
        Key("RESONANCE_OPERATOR_KEYSTORE", "the operator's keystore (version 3)", "運営者のキーストア"),
    ] = None
    operator_dev_index: Annotated[
        int | None,
        Field(ge=0, le=9),
        Key(
            "RESONANCE_OPERATOR_DEV_INDEX",
            "a development account as operator, on development chains only",
            "開発用アカウント番号",
        ),
    ] = None
    confirmations: Annotated[
        int | None,
        Field(ge=1, le=1_000),
        Key(
            "RESONANCE_CONFIRMATIONS",
            "blocks until a transaction is final; none: by chain",
            "確定までのブロック数",
        ),
    ] = None
    log_lane: Annotated[
        Literal["records", "batches"],
        Key(
            "RESONANCE_LOG_LANE",
            "the log on-chain: each record's leaf, or one leaf for a batch (cheaper at scale)",
            "ログの方式: 記録ごと、または一括ごと(安価)",
        ),
    ] = "records"
    batch_max: Annotated[
        int,
        Field(ge=1, le=16_384),
        Key(
            "RESONANCE_BATCH_MAX",
            "most records in a batch; 4,000 where each record's leaf goes on-chain",
            "一括の最大記録数(記録ごとの場合は4,000)",
        ),
    ] = LEAVES_MAX
    batch_age_s: Annotated[
        int,
        Field(ge=0, le=86_400),
        Key("RESONANCE_BATCH_AGE_S", "oldest record in a batch, s", "一括までの最長秒数"),
    ] = 5
    anchor_within_s: Annotated[
        int,
        Field(ge=60, le=604_800),
        Key(
            "RESONANCE_ANCHOR_WITHIN_S",
            "what receipts promise: on-chain within s",
            "受領証の約束する記録期限(秒)",
        ),
    ] = 3_600
    host: Annotated[str, Key("RESONANCE_HOST", "the gateway's address", "ゲートウェイの待受アドレス")] = (
        "127.0.0.1"
    )
    port: Annotated[
        int, Field(ge=0, le=65_535), Key("RESONANCE_PORT", "the gateway's port", "ゲートウェイのポート")
    ] = 8700
    workers: Annotated[
        int,
        Field(ge=1, le=64),
        Key(
            "RESONANCE_WORKERS",
            "processes of the gateway; one of them sends, each has limits of its own",
            "ゲートウェイのプロセス数",
        ),
    ] = 1
    language: Annotated[
        Literal["en", "ja"], Key("RESONANCE_LANGUAGE", "language of messages: en or ja", "表示言語")
    ] = "en"

    @field_validator("rpc_url")
    @classmethod
    def _is_endpoint(cls, value: str) -> str:
        check_endpoint(value, "RESONANCE_RPC_URL")
        return value

    @field_validator("batch_max")
    @classmethod
    def _fits_its_lane(cls, value: int, info: ValidationInfo) -> int:
        if value > LEAVES_MAX and info.data.get("log_lane") != "batches":
            raise PydanticCustomError(
                "lane", "must be at most {most} unless RESONANCE_LOG_LANE is batches", {"most": LEAVES_MAX}
            )
        return value

    @classmethod
    def load(cls, env: Mapping[str, str], file: Path | None = None) -> Settings:
        """
        Read the file, then the environment over it; `InputInvalid` names the variable, the value
        and the rule.
        """
        given = read_toml(file) if file is not None and file.is_file() else {}
        given.pop(TABLE, None)
        variables = {name: key.variable for name, key in cls._keys().items()}
        given.update({name: env[variable] for name, variable in variables.items() if env.get(variable)})
        try:
            return cls(**given)
        except ValidationError as exc:
            first = exc.errors()[0]
            name = str(first["loc"][0])
            # A URL may hold a secret, and so may what has another name or shape than it should.
            is_plain = name in variables and isinstance(first["input"], (str, int, float))
            shown = first["input"] if is_plain and not name.endswith("_url") else "***"
            raise InputInvalid(variables.get(name, name), shown, first["msg"]) from None

    @classmethod
    def document(cls) -> list[tuple[str, str, Key]]:
        """Return each setting's name, its default as text, and its key."""
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        return [
            (name, "" if defaults[name] is None else str(defaults[name]), key)
            for name, key in cls._keys().items()
        ]

    @property
    def journal_url(self) -> str:
        """The database's URL: the one given, or SQLite in `home`."""
        return self.database_url or f"sqlite:///{(self.home / 'journal.db').resolve()}"

    @property
    def evidence_folder(self) -> Path:
        """Where the embedded store keeps its blocks."""
        return self.home / "evidence"

    @property
    def sealed_keys_folder(self) -> Path:
        """Where the keys to sealed evidence are kept."""
        return self.home / "sealed-keys"

    @classmethod
    def _keys(cls) -> dict[str, Key]:
        inherited = SenderSettings.model_fields
        fields = sorted(cls.model_fields.items(), key=lambda item: item[0] in inherited)
        return {
            name: next(item for item in field.metadata if isinstance(item, Key)) for name, field in fields
        }


def read_toml(file: Path) -> dict[str, Any]:
    """Return what a settings file holds. Raises `InputInvalid` for what is no TOML."""
    import tomli

    try:
        return tomli.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise InputInvalid(str(file), type(exc).__name__, f"must be TOML: {exc}") from exc
