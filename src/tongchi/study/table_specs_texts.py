"""What are the tables of the texts? Documents, gaps, clauses, conformity, findings, commitments."""

from __future__ import annotations

from tongchi.study.tables import TableSpec, columns

DOCUMENTS = TableSpec(
    "documents", "文本", "Documents", ("matter", "path"),
    columns("""
    matter s 事项 | matter
    path s 文件 | file
    party s 协同方 | party
    title s 标题 | title
    level s 位阶 | rank
    vintage s 版本日期 | vintage
    articles i 条数 | articles
    error_zh s 未能读入的原因 | why it was not read (zh)
    error_en s 未能读入的原因（英） | why it was not read
    """), ("articles",),
)  # fmt: skip
GAPS = TableSpec(
    "gaps", "尺度差异", "Scale gaps", ("matter", "document_a", "document_b"),
    columns("""
    matter s 事项 | matter
    document_a s 文本 A | text A
    document_b s 文本 B | text B
    party_a s A 方 | party A
    party_b s B 方 | party B
    gap f 尺度差异 | gap
    low f 区间下限 | lower end of the interval
    high f 区间上限 | upper end of the interval
    vintage_a s A 的版本日期 | vintage of A
    vintage_b s B 的版本日期 | vintage of B
    years f 相差年数 | years apart
    articles_a i A 的条数 | articles of A
    articles_b i B 的条数 | articles of B
    links i 对应的条对 | linked pairs of articles
    identical i 相同 | identical
    wording i 仅措辞不同 | differing in wording only
    scope i 范围不同 | differing in scope
    quantity i 数值不同 | differing in a quantity
    stricter i B 更严 | B stricter
    looser i B 更宽 | B looser
    conflict i 冲突 | in conflict
    only_a i 仅 A 有 | only in A
    only_b i 仅 B 有 | only in B
    """),
    ("gap", "low", "high", "years", "articles_a", "articles_b", "links", "identical", "wording", "scope", "quantity", "stricter",
     "looser", "conflict", "only_a", "only_b"),
    "scale_gap",
)  # fmt: skip
GAP_PARTS = TableSpec(
    "gap_parts", "差异的构成", "Parts of the gaps", ("matter", "document_a", "document_b", "split", "side", "part"),
    columns("""
    matter s 事项 | matter
    document_a s 文本 A | text A
    document_b s 文本 B | text B
    split s 划分 | split
    side s 一方 | side
    part s 部分 | part
    contribution f 对差异的贡献 | contribution to the gap
    count i 条数 | count
    """), ("contribution", "count"), "scale_gap",
)  # fmt: skip
CLAUSES = TableSpec(
    "clauses", "条款对照", "Clauses side by side", ("matter", "document_a", "document_b", "number"),
    columns("""
    matter s 事项 | matter
    document_a s 文本 A | text A
    document_b s 文本 B | text B
    number i 序号 | number
    party_a s A 方 | party A
    party_b s B 方 | party B
    a s A 的条 | article of A
    b s B 的条 | article of B
    a_eid s A 的条款号 | eId in A
    b_eid s B 的条款号 | eId in B
    type s 差异类型 | type
    direction s 方向 | direction
    slot s 何处不同 | what differs
    value_a s A 的说法 | words of A
    value_b s B 的说法 | words of B
    probability f 对应的把握 | probability of the link
    severity f 差异的权重 | weight of the difference
    quote_a s A 的原文 | quote of A
    quote_b s B 的原文 | quote of B
    """), ("probability", "severity"), "scale_gap",
)  # fmt: skip
QUANTITIES = TableSpec(
    "quantities", "数值对照", "Quantities side by side", ("matter", "document_a", "document_b", "number", "at"),
    columns("""
    matter s 事项 | matter
    document_a s 文本 A | text A
    document_b s 文本 B | text B
    number i 条对序号 | number of the pair
    at i 序号 | number
    what s 量 | quantity
    low_a f A 的下限 | low of A
    high_a f A 的上限 | high of A
    low_b f B 的下限 | low of B
    high_b f B 的上限 | high of B
    unit s 单位 | unit
    text_a s A 的原文 | words of A
    text_b s B 的原文 | words of B
    direction s 方向 | direction
    """), ("low_a", "high_a", "low_b", "high_b"), "scale_gap",
)  # fmt: skip
CONFORMITY = TableSpec(
    "conformity", "与中央文本的一致", "Conformity to the centre", ("matter", "document", "central"),
    columns("""
    matter s 事项 | matter
    document s 文本 | text
    central s 中央文本 | central text
    party s 协同方 | party
    articles i 中央文本条数 | articles of the central text
    answered i 有对应的条数 | articles taken up
    kept f 对应条款的一致程度 | how far those are kept
    looser i 低于中央要求 | asking less than the centre
    conflicts i 与中央冲突 | against the centre
    gap f 全文差异 | gap of the whole texts
    low f 区间下限 | lower end of the interval
    high f 区间上限 | upper end of the interval
    """), ("articles", "answered", "kept", "looser", "conflicts", "gap", "low", "high"), "central_push",
)  # fmt: skip
FINDINGS = TableSpec(
    "findings", "地方保护线索", "Local-protection findings", ("path", "number"),
    columns("""
    path s 文件 | file
    number i 序号 | number
    party s 协同方 | party
    matter s 事项 | matter
    clause_id s 条款号 | eId
    label s 条 | article
    code s 审查条例条项 | item of the review regulation
    alternatives s 其他可能的条项 | other items
    severity s 程度 | severity
    probability f 把握 | probability
    quote s 原文 | quote
    words s 关键词句 | deciding words
    mechanism_zh s 为何限制 | why it restricts (zh)
    mechanism_en s 为何限制（英） | why it restricts
    exception_zh s 可能的例外 | possible exception (zh)
    exception_en s 可能的例外（英） | possible exception
    remedy_zh s 修改建议 | remedy (zh)
    remedy_en s 修改建议（英） | remedy
    """), ("probability",), "barrier",
)  # fmt: skip
FINDING_COUNTS = TableSpec(
    "finding_counts", "地方保护线索（按协同方和条项）", "Findings by party and item", ("party", "code"),
    columns("""
    party s 协同方 | party
    code s 审查条例条项 | item of the review regulation
    clear i 明显 | clear
    arguable i 可争议 | arguable
    total i 合计 | total
    """), ("clear", "arguable", "total"), "barrier",
)  # fmt: skip
FINDING_PARTIES = TableSpec(
    "finding_parties", "地方保护线索（按协同方）", "Findings by party", ("party",),
    columns("""
    party s 协同方 | party
    documents i 审查的文本 | texts screened
    articles i 审查的条数 | articles screened
    clear i 明显 | clear
    arguable i 可争议 | arguable
    total i 合计 | total
    """), ("documents", "articles", "clear", "arguable", "total"), "barrier",
)  # fmt: skip
COMMITMENTS = TableSpec(
    "commitments", "文本中的协同承诺", "Commitments in the texts", ("path", "number"),
    columns("""
    path s 文件 | file
    number i 序号 | number
    party s 协同方 | party
    matter s 事项 | matter
    eid s 条款号 | eId
    article s 条 | article
    strength s 力度 | strength
    kinds s 种类 | kinds
    towards s 对谁 | towards
    who s 主体 | who
    action s 做什么 | action
    deadline s 期限 | deadline
    standing s 是否对等 | standing
    answers s 对方的条款 | answering clauses
    ledger s 台账条目 | ledger entries
    constructs s 构念 | constructs
    quote s 原文 | quote
    """), (),
)  # fmt: skip
COMMITMENT_COUNTS = TableSpec(
    "commitment_counts", "文本中的协同承诺（按协同方和事项）", "Commitments by party and matter", ("party", "matter"),
    columns("""
    party s 协同方 | party
    matter s 事项 | matter
    clauses i 条款数 | clauses
    binding i 应当 | binding
    mutual i 对等 | mutual
    one_sided i 单方 | one-sided
    undirected i 未指向研究中的一方 | directed at no party of the study
    """), ("clauses", "binding", "mutual", "one_sided", "undirected"), "involvement",
)  # fmt: skip
COMMITMENT_PARTIES = TableSpec(
    "commitment_parties", "文本中的协同承诺（按协同方）", "Commitments by party", ("party",),
    columns("""
    party s 协同方 | party
    clauses i 条款数 | clauses
    binding i 应当 | binding
    mutual i 对等 | mutual
    one_sided i 单方 | one-sided
    undirected i 未指向研究中的一方 | directed at no party of the study
    """), ("clauses", "binding", "mutual", "one_sided", "undirected"), "involvement",
)  # fmt: skip
