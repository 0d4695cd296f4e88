"""The hooks that the lifecycle has, by name. A new one is a line here.

Sources: domain.md (terms, article numbers), funds-model.md (balances, limits), the rules
R01–R13 of cases/dg-hospital.yaml. Amounts are fen, ratios basis points, dates day numbers.
"""

from mingzhang.domain.contracts.document import Field, Unit
from mingzhang.domain.contracts.hooks import BODIES, Effect, Hook, Input, Output
from mingzhang.kernel.values import FEN_MAX

COUNT_MAX = 10_000
DAYS_MAX = 100_000
BP_MAX = 1_000_000
NOTIFIED = ("none", "unit", "finance", "audit", "discipline", "congress")


def _number(name: str, unit: Unit, low: int, high: int) -> Field:
    return Field(name=name, type="int", unit=unit, low=low, high=high, values=(), items_max=0)


def _codes(name: str, values: tuple[str, ...]) -> Field:
    return Field(name=name, type="code", unit="", low=0, high=0, values=values, items_max=0)


def _fen(name: str, zh: str, en: str) -> Input:
    return Input(field=_number(name, "fen", 0, FEN_MAX), zh=zh, en=en)


def _count(name: str, zh: str, en: str) -> Input:
    return Input(field=_number(name, "count", 0, COUNT_MAX), zh=zh, en=en)


def _bp(name: str, zh: str, en: str) -> Input:
    return Input(field=_number(name, "bp", 0, BP_MAX), zh=zh, en=en)


def _day(name: str, zh: str, en: str) -> Input:
    return Input(field=_number(name, "day", 0, DAYS_MAX), zh=zh, en=en)


def _days(name: str, zh: str, en: str) -> Input:
    return Input(field=_number(name, "days", 0, DAYS_MAX), zh=zh, en=en)


def _yes(name: str, zh: str, en: str) -> Input:
    field = Field(name=name, type="bool", unit="", low=0, high=0, values=(), items_max=0)
    return Input(field=field, zh=zh, en=en)


def _code(name: str, values: tuple[str, ...], zh: str, en: str) -> Input:
    return Input(field=_codes(name, values), zh=zh, en=en)


def _may(field: Field, effect: Effect, zh: str, en: str) -> Output:
    return Output(field=field, effect=effect, required=False, zh=zh, en=en)


def _must(field: Field, effect: Effect, zh: str, en: str) -> Output:
    return Output(field=field, effect=effect, required=True, zh=zh, en=en)


_ROUTE_TO = _may(_codes("route_to", BODIES), "route", "送审机关", "body that decides")
_NOTIFY = _may(_codes("notify", NOTIFIED), "notify", "通知机关", "body to be told")

REQUEST = Hook(
    name="preparation.request",
    mode="gate",
    mandatory=True,
    zh="预算申报：提交及每级审核通过时",
    en="Budget request: at submission, and whenever a level has passed it",
    inputs=(
        _code("stage", ("submit", "review"), "环节", "stage"),
        _code(
            "level",
            ("none", "unit", "department", "bureau", "government"),
            "刚通过的审核级次（提交时为 none）",
            "level that has just passed it; none at submission",
        ),
        _fen("amount_fen", "申报总额（各年度合计）", "amount asked, all years"),
        _fen("year_amount_fen", "本预算年度申报额", "amount asked for the budget year"),
        _yes("has_ceiling", "已下达控制数", "a ceiling has been given"),
        _fen("ceiling_fen", "控制数", "ceiling"),
        _yes("has_estimate", "有概算批复", "the project has an approved estimate"),
        _fen("estimate_fen", "批复总概算", "approved estimate"),
        _yes("has_last_year", "上年有同项预算", "there was such an item last year"),
        _fen("last_year_fen", "上年同项预算", "the same item last year"),
        _yes("has_norm", "有支出定额标准", "an expenditure norm applies"),
        _fen("norm_fen", "按定额标准测算额", "amount by the norm"),
        _yes("is_project", "项目支出", "project expenditure"),
        _yes("in_project_library", "已入项目库", "in the project library"),
        _count("lines_count", "明细行数", "number of lines"),
        _count("lines_unclassified", "分类不全的明细行数", "lines without full classification"),
        _count("documents_missing", "缺少的必备文件数", "required documents that are missing"),
        _yes("goal_form_present", "已填绩效目标表", "performance goal form present"),
        _bp("goal_weight_bp", "绩效指标权重合计", "sum of the indicators' weights"),
        _count("goal_kinds_missing", "缺少的指标类别数", "kinds of indicator that are missing"),
        _count("lines_forbidden", "用途为法律法规禁止的明细行数", "lines for a forbidden purpose"),
        _days("days_before_year", "距预算年度开始的天数", "days until the budget year begins"),
    ),
    outputs=(_ROUTE_TO, _NOTIFY),
)

CONTRACT_SIGN = Hook(
    name="execution.contract.sign",
    mode="gate",
    mandatory=True,
    zh="签订合同",
    en="Signing of a contract",
    inputs=(
        _fen("total_fen", "合同总额", "contract total"),
        _fen("this_year_fen", "占用本年指标额", "encumbered in this year"),
        _fen(
            "available_fen", "本年可用指标（含其预占）", "quota available, its intention included"
        ),
        _fen("estimate_left_fen", "概算分项未签约余额", "estimate not yet contracted"),
        _yes("year_voted", "本年预算已批准", "the year's budget is voted"),
        _yes("cell_frozen", "额度单元被冻结", "the cell is frozen"),
        _yes("payee_frozen", "对方被冻结", "the other party is frozen"),
        _yes("procurement_required", "须招标或政府采购", "tender or procurement is required"),
        _yes("procurement_done", "已有中标或成交结果", "there is an award"),
        _fen("award_fen", "中标或成交金额", "amount of the award"),
        _days("days_since_award", "中标通知后日数", "days since the award"),
        _yes("is_works", "工程施工合同", "works contract"),
        _day("signed_day", "签订日期", "date of signature"),
        _bp("advance_bp", "预付款比例", "advance"),
        _bp("progress_bp", "进度款支付比例", "progress payments"),
        _bp("retention_bp", "质量保证金比例", "retention"),
        _yes("has_performance_bond", "有履约保证金", "there is a performance bond"),
        _yes("retains_before_completion", "竣工前预留质保金", "retention before completion"),
        _yes("has_wage_account", "已开农民工工资专户", "there is a wage account"),
        _yes("is_engineer", "监理合同", "contract of the supervising engineer"),
        _yes("engineer_independent", "监理与施工方无隶属关系", "engineer independent"),
    ),
    outputs=(_ROUTE_TO, _NOTIFY),
)

PAYMENT = Hook(
    name="execution.payment",
    mode="gate",
    mandatory=True,
    zh="支付申请审核",
    en="Approval of a payment",
    inputs=(
        _fen("amount_fen", "申请金额", "amount asked"),
        _fen("available_fen", "可用指标（含其预占）", "quota available, its intention included"),
        _yes("under_contract", "属合同支付", "paid under a contract"),
        _fen("contract_left_fen", "合同本年余额", "left of the contract in this year"),
        _fen("plan_to_date_left_fen", "至今用款计划余额", "left of the cash plan to date"),
        _yes("year_voted", "本年预算已批准", "the year's budget is voted"),
        _yes("carry_over", "结转资金", "carried-over money"),
        _code(
            "art54_class",
            ("none", "carry_over", "same_period", "legal_duty", "disaster"),
            "批准前可支类别（预算法 54 条）",
            "class of spending before the vote (art. 54)",
        ),
        _yes("invoice_used", "发票已用", "invoice used before"),
        _yes("account_matches", "收款账户与合同一致", "account is the contract's"),
        _yes("confirmed_by_two", "双人另渠道确认", "confirmed by two persons"),
        _yes("economic_class_matches", "经济分类与指标一致", "economic class is the line's"),
        _yes("milestone_required", "须先验收节点", "a milestone is required"),
        _yes("milestone_accepted", "节点已验收", "the milestone is accepted"),
        _yes("open_nonconformity", "有未关闭不合格项", "a non-conformity is open"),
        _yes("payee_frozen", "收款方被冻结", "payee frozen"),
        _yes("cell_frozen", "额度单元被冻结", "cell frozen"),
    ),
    outputs=(_ROUTE_TO, _NOTIFY),
)

VIREMENT = Hook(
    name="execution.virement",
    mode="gate",
    mandatory=True,
    zh="预算调剂",
    en="Virement between lines",
    inputs=(
        _fen("amount_fen", "调剂金额", "amount moved"),
        _fen("from_available_fen", "调出项可用指标", "available on the giving line"),
        _fen("moved_before_fen", "调出项本年已调出额", "moved out of it before, this year"),
        _fen("from_budget_fen", "调出项本年指标", "quota of the giving line"),
        _yes("same_nature", "资金性质相同", "same fund nature"),
        _yes("same_year", "预算年度相同", "same budget year"),
        _yes("same_vintage", "资金年份相同", "same vintage"),
        _yes("same_project", "同一项目内", "within one project"),
        _yes("same_subject", "功能与经济分类相同", "same function and economic class"),
        _yes("from_contingency", "调出项为基本预备费", "the giving line is the contingency"),
        _yes("basic_and_project", "基本支出与项目支出之间", "between basic and project"),
        _yes("cell_frozen", "任一额度单元被冻结", "one of the cells is frozen"),
        _code(
            "art67_case",
            ("none", "total", "stabilisation_fund", "priority_cut", "debt"),
            "预算调整情形（预算法 67 条）",
            "case of adjustment (art. 67)",
        ),
    ),
    outputs=(_ROUTE_TO, _NOTIFY),
)

CHANGE = Hook(
    name="execution.change",
    mode="gate",
    mandatory=True,
    zh="合同变更",
    en="Change order",
    inputs=(
        _fen("increase_fen", "本次增加额", "increase asked"),
        _fen("increased_before_fen", "此前累计增加额", "increases before"),
        _fen("contract_fen", "原合同总额", "original contract total"),
        _fen("estimate_left_fen", "概算分项未签约余额", "estimate not yet contracted"),
        _fen("available_fen", "本年可用指标", "quota available this year"),
        _yes("engineer_agreed", "监理已签认", "the engineer agreed"),
        _yes("cell_frozen", "额度单元被冻结", "cell frozen"),
    ),
    outputs=(_ROUTE_TO, _NOTIFY),
)

MILESTONE = Hook(
    name="execution.milestone",
    mode="effect",
    mandatory=False,
    zh="节点验收后的自动支付",
    en="What an accepted milestone pays",
    inputs=(
        _code(
            "kind",
            ("advance", "progress", "delivery", "settlement", "retention"),
            "节点种类",
            "kind of milestone",
        ),
        _yes("accepted", "已验收", "accepted"),
        _yes("open_nonconformity", "有未关闭不合格项", "a non-conformity is open"),
        _fen("base_fen", "计量金额或合同额", "amount measured, or the contract's"),
        _bp("share_bp", "支付比例", "share that is paid"),
        _fen("recoup_fen", "本次应扣回预付款", "advance to recoup now"),
        _fen("advance_left_fen", "预付款未扣回余额", "advance not yet recouped"),
        _bp("wage_bp", "人工费占计量比例", "share of wages"),
        _fen("contract_left_fen", "合同本年余额", "left of the contract in this year"),
    ),
    outputs=(
        _must(_number("pay_fen", "fen", 0, FEN_MAX), "pay", "支付额", "amount to pay"),
        _may(
            _number("wage_fen", "fen", 0, FEN_MAX),
            "pay",
            "其中付工资专户",
            "of which to the wage account",
        ),
        _may(
            _number("recouped_fen", "fen", 0, FEN_MAX), "adjust", "扣回预付款", "advance recouped"
        ),
        _NOTIFY,
    ),
)

PUBLISH = Hook(
    name="disclosure.publish",
    mode="effect",
    mandatory=True,
    zh="信息公开",
    en="Publication of a record",
    inputs=(
        _code(
            "kind",
            (
                "budget",
                "adjustment",
                "final_account",
                "request",
                "approval",
                "payment",
                "contract",
                "evaluation",
                "quota",
                "accountability",
            ),
            "信息种类",
            "kind of record",
        ),
        _code("level", ("government", "department", "unit"), "公开主体", "who publishes"),
        _yes("approved", "已批准", "approved"),
        _yes("secret", "涉及国家秘密", "state secret"),
        _count("protected_fields", "受保护字段数", "protected fields"),
        _yes("masked", "已脱敏", "protected fields are masked"),
    ),
    outputs=(
        _must(
            _codes("publish", ("full", "masked", "withhold")),
            "publish",
            "公开方式",
            "how published",
        ),
        _must(
            _number("deadline_days", "days", 0, 365),
            "publish",
            "批准后公开期限（日）",
            "days from the approval",
        ),
    ),
)

ACCESS = Hook(
    name="identity.access",
    mode="effect",
    mandatory=True,
    zh="数据与操作权限",
    en="Levels and ranges of access",
    inputs=(
        _code("role", (), "岗位的角色", "role of the post"),
        _code(
            "relation",
            ("own", "below", "other", "jurisdiction"),
            "数据所属与本机构的关系（不属单一机构的为 jurisdiction）",
            "owner of the records as the acting organisation sees it; jurisdiction: nobody's own",
        ),
        _code(
            "data_class",
            ("none", "restricted", "protected", "any"),
            "读取的数据级别（办理事项为 none；公开数据不经此判定）",
            "class of the data read; none for an act; public data are never asked about",
        ),
        _code("room", (), "业务域，如 execution", "room, as execution"),
        _code("area", (), "事项或数据表，如 execution.payment", "area of rights, or table"),
        _code("right", (), "具体权限或数据表", "the right itself, or table"),
    ),
    outputs=(
        _must(_codes("access", ("none", "read", "act")), "access", "权限级别", "level of access"),
    ),
    scoped=False,
)

HOOKS: dict[str, Hook] = {
    hook.name: hook
    for hook in (
        REQUEST,
        CONTRACT_SIGN,
        PAYMENT,
        VIREMENT,
        CHANGE,
        MILESTONE,
        PUBLISH,
        ACCESS,
    )
}
