"""Which units do quantities in regulations carry, what do they measure, and in which unit are they compared?

Canonical units are those of the published regulations themselves (元, 日, 个工作日, 个月, 年, 米, 平方米, %, 次/年 …);
conversions follow the Order of the State Council on legal units of measurement (1984). 亩 stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tongchi.provisions.model import MeasureKind


@dataclass(frozen=True, slots=True)
class Unit:
    """How one printed unit is read: kind, canonical name, and how many canonical units it is.

    `strict` units (级, 种, 方 …) count only where the text sets a bound (以上, 不超过 …); otherwise they classify.
    """

    kind: MeasureKind
    canonical: str
    factor: Fraction = Fraction(1)
    strict: bool = False


def _units(kind: MeasureKind, canonical: str, spelled: str, *, strict: bool = False) -> dict[str, Unit]:
    """Read "公里=1000 米": words with their factor, 1 where none is given."""
    table = {}
    for entry in spelled.split():
        word, _, factor = entry.partition("=")
        table[word] = Unit(kind, canonical, Fraction(factor or 1), strict)
    return table


_K = MeasureKind

UNITS: dict[str, Unit] = {
    **_units(_K.MONEY, "元", "元 元人民币 圆 块钱"),
    **_units(_K.MONEY, "美元", "美元"),
    **_units(_K.MONEY, "港元", "港元 港币"),
    **_units(_K.MONEY, "欧元", "欧元"),
    **_units(_K.MONEY, "计算单位", "计算单位 特别提款权"),
    **_units(_K.MULTIPLE, "倍", "倍"),
    **_units(_K.SHARE, "%", "个百分点"),
    **_units(_K.PERIOD, "日", "日 天 个自然日 自然日 个日历日 日历日 昼夜 周=7 个星期=7 星期=7"),
    **_units(_K.PERIOD, "个工作日", "个工作日 工作日 个工作天"),
    **_units(_K.PERIOD, "个交易日", "个交易日 交易日"),
    **_units(_K.PERIOD, "小时", "小时 个小时 个钟头"),
    **_units(_K.PERIOD, "分钟", "分钟"),
    **_units(_K.PERIOD, "秒", "秒 秒钟"),
    **_units(_K.PERIOD, "个月", "个月 个季度=3 季度=3"),
    **_units(_K.PERIOD, "年", "年 周年 个年度 年度 整年 个自然年度 个会计年度 个纳税年度"),
    **_units(_K.PERIOD, "个学期", "个学期 学期"),
    **_units(_K.PERIOD, "个学年", "个学年 学年"),
    **_units(_K.COUNT, "人", "人 名 位 个人 常住人口 人口 居民", strict=False),
    **_units(_K.COUNT, "次", "次"),
    **_units(_K.COUNT, "人次", "人次"),
    **_units(_K.COUNT, "班次", "班次 个班次"),
    **{
        word: Unit(_K.COUNT, word)
        for word in [
            "个",
            "户",
            "家",
            "辆",
            "台",
            "艘",
            "座",
            "栋",
            "幢",
            "份",
            "张",
            "套",
            "层",
            "间",
            "处",
            "条",
            "株",
            "棵",
            "头",
            "只",
            "匹",
            "枚",
            "席",
            "学时",
            "课时",
            "学分",
            "架",
            "册",
            "羽",
            "尾",
            "届",
        ]
    },
    **{
        word: Unit(_K.COUNT, word, strict=True)
        for word in [
            "项",
            "种",
            "件",
            "起",
            "宗",
            "类",
            "方",
            "批",
            "部",
            "票",
            "字",
            "代",
            "级",
            "星级",
            "车道",
            "所",
            "块",
            "片",
            "门",
            "例",
            "座位",
            "客位",
            "标台",
            "床",
            "个床位",
            "床位",
            "支",
            "段",
            "面",
            "胎",
        ]
    },
    **_units(
        _K.DISTANCE, "米", "米 公里=1000 千米=1000 海里=1852 浬=1852 厘米=1/100 毫米=1/1000 微米=1/1000000 华里=500"
    ),
    **_units(_K.DISTANCE, "米", "m km=1000 cm=1/100 mm=1/1000"),
    **_units(
        _K.AREA,
        "平方米",
        "平方米 平米 平方公里=1000000 平方千米=1000000 公顷=10000 平方厘米=1/10000 ㎡ m² m2 km²=1000000",
    ),
    **_units(_K.AREA, "亩", "亩"),
    **_units(_K.VOLUME, "立方米", "立方米 立方公里=1000000000 立方分米=1/1000 立方厘米=1/1000000 m³ m3"),
    **_units(_K.VOLUME, "升", "升 公升 毫升=1/1000 L ml=1/1000 mL=1/1000"),
    **_units(_K.MASS, "吨", "吨 公吨 t"),
    **_units(_K.MASS, "千克", "千克 公斤 斤=1/2 kg"),
    **_units(_K.MASS, "克", "克 毫克=1/1000 g mg=1/1000"),
    **_units(_K.TEMPERATURE, "摄氏度", "摄氏度 ℃ °C"),
    **_units(_K.AGE, "周岁", "周岁 岁"),
    **_units(_K.OTHER, "度", "度"),
    **_units(_K.OTHER, "分", "分"),
    **_units(_K.OTHER, "千瓦", "千瓦 瓦=1/1000 兆瓦=1000 kW MW=1000 W=1/1000"),
    **_units(_K.OTHER, "千瓦时", "千瓦时 kWh"),
    **_units(_K.OTHER, "千伏", "千伏 伏=1/1000 kV V=1/1000"),
    **_units(_K.OTHER, "分贝", "分贝 dB"),
    **_units(_K.OTHER, "兆帕", "兆帕 千帕=1/1000 百帕=1/10000 帕=1/1000000 MPa kPa=1/1000"),
    **_units(_K.OTHER, "兆赫", "兆赫 千赫=1/1000 赫=1/1000000 赫兹=1/1000000 MHz kHz=1/1000 Hz=1/1000000 GHz=1000"),
    **_units(_K.OTHER, "兆焦耳", "兆焦耳 千焦=1/1000"),
    **_units(_K.OTHER, "千牛顿", "千牛顿 千牛"),
    **_units(_K.OTHER, "毫克/升", "毫克/升 mg/L 毫克／升 克/升=1000"),
    **_units(_K.OTHER, "毫克/立方米", "毫克/立方米 毫克／立方米 mg/m³ mg/m3 微克/立方米=1/1000"),
    **_units(_K.OTHER, "公里/小时", "公里/小时 公里／小时 千米/小时 km/h"),
    "级风": Unit(_K.COUNT, "级", strict=True),
    "比值": Unit(_K.OTHER, ""),
    **{word: Unit(_K.OTHER, word) for word in ["总吨", "载重吨", "吨级", "蒸吨", "吨位", "马力", "克拉"]},
}
"""Printed unit → how it is read."""

# What must not follow a unit, because the two together are another word.
NOT_BEFORE: dict[str, str] = {
    "元": "化|素|件|旦|首|宵|老|论",
    "日": "内瓦|报|记|常|程|本",
    "天": "然|津|文|桥|府|气|河|线|山",
    "周": "边|围|转|期|长|末|密|全|口市",
    "年": "级|龄|检|报|鉴|审|货|生|终|底|初|代|会|轻|一度",
    "季度": "末|初",
    "人": "民|大|均|行|类|工|事|身|才|士|格|防|物|造|口|次|员|家|制|有限|公司|独资|户合一|代会",
    "名": "单|称|录|城|胜|义|牌|誉|优|镇|木|村|额|人|特|贵|词|目|望|家|师",
    "位": "置|数|一体|于|次|移|阶",
    "次": "要|生|日|月|年|级|品|序|数|贫|干|级|氯|高|性",
    "个": "体|别|性|案|税|旧",
    "户": "籍|口|外|主|型|名|均|内|用|门|号|厕|一",
    "家": "庭|用|属|长|禽|畜|具|电|寨|渠|教|政|访|乡|国|园|装|谱|族",
    "台": "账|湾|风|州|站|阶|儿|胞|商|资|属|企|班|同胞|山|前|江",
    "座": "谈|落|标|椅|位|席|机",
    "份": "额|子",
    "张": "贴|挂|力|家|榜",
    "套": "用|取|期|种|作|路|汇|利|现|餐|牌|数|改|期保",
    "层": "级|次|面|高|流",
    "间": "隔|接|断|距|歇|苗|谍",
    "处": "罚|分|理|置|以(?![上下内])|级|长|所|警|于|方|室|死|刑|遇|境|拘|断|务",
    "条": "[ 　]|例|件|款|的|规|约|文|形|码|第",
    "株": "连|式",
    "头": "部|等|衔|盔",
    "只": "能|有|要|是|准|限|可|需|对|收|得",
    "枚": "举",
    "席": "位会议|会",
    "架": "设|空|构|线",
    "册": "封",
    "级": "别|差|联|人|以上人民|以上公安|以上地方|以上行政",
    "星级": "评",
    "项": "目(?!以上|以下)|下|规定",
    "种": "子|植|质|养|苗|畜|群|类|禽|源|蛋|公|猪",
    "件": "套",
    "起": "草|诉|点|算|始|施|至|止|重|运|用|不|见|评|飞|居|效|开",
    "类": "别|似|型",
    "方": "案|可|便|法|式|面|向|针|当事|位|能|圆",
    "批": "准|评|发|复|次|量|文|件|捕|示",
    "部": "门|队|分|委|位|署|长|级|件|法律|规章|地方性",
    "票": "据|证|价|面|款|务|房",
    "字": "样|第|号|架|路|体|形",
    "代": "表|理|码|替|为|收|价|办|管|征|县",
    "所": "有|得|列|需|规|述|称|在|属|长",
    "门": "诊|市|户|槛|急|店|类|票|前|卫|牌",
    "面": "积|临|向|料|粉|包|谈|试|额|值|对",
    "段": "落|位|长",
    "例": "外|行|如|会|假",
    "支": "付|持|出|配|部|行|流|撑|队|线|架|取",
    "块": "状",
    "片": "区|面|状",
    "米": "面|制|粉|袋",
    "斤": "两",
    "升": "级|降|学|格|值|旗|华|温|压|起|任|船",
    "克": "扣|服|隆|拉|/|／",
    "毫克": "/|／",
    "公里": "/|／|每小时",
    "度": "假|量|过|夏|冬|数|汛|年|身",
    "分": "之|钟|公司|别|项|级|类|局|部|支|数|期|配|析|段|包|工|割|散|离|布|区|管|立|设|店|为|成|队|担|歧|辨|享|红|娩|拣|贝|行|院|校|中心|会场|馆|户|层|块|片|组|批|清|解|条|开|阶|步|界|流|给|得|摊|泌|居|裂|点|不|明",
    "伏": "特|案|击",
    "瓦": "斯|解|房|楞",
    "帕": "金",
    "吨": "级|位",
    "羽": "毛",
    "尾": "矿|气|水|款",
    "届": "[一二三四五六七八]中|满|时|人民代表|人大|全国|中央|政协|党",
    "圆": "形|锥",
    "床": "位|上",
    "胎": "儿|盘|膜|次",
    "匹": "配",
    "居民": "委员会|身份|区|小组|住",
    "人口": "密|比|基|普|政|计|与|和计",
}
"""Unit → pattern of what would make another word of it."""

_BASE = {
    "年": ("个月", Fraction(12)),
    "分钟": ("小时", Fraction(1, 60)),
    "秒": ("小时", Fraction(1, 3600)),
    "吨": ("千克", Fraction(1000)),
    "克": ("千克", Fraction(1, 1000)),
    "升": ("立方米", Fraction(1, 1000)),
    "亩": ("平方米", Fraction(2000, 3)),
    "次/半年": ("次/年", Fraction(2)),
    "次/季度": ("次/年", Fraction(4)),
    "次/月": ("次/年", Fraction(12)),
    "次/周": ("次/年", Fraction(52)),
    "次/日": ("次/年", Fraction(365)),
}


def base_unit(unit: str) -> tuple[str, Fraction]:
    """Return the unit in which two quantities of one dimension compare, and how many of it one `unit` is.

    年 and 个月 compare in 个月, 次/季度 and 次/年 in 次/年. Days and working days do not compare: they differ in law.
    """
    return _BASE.get(unit, (unit, Fraction(1)))


_JOINT = {
    frozenset(("个月", "年")): {"个月": Fraction(1), "年": Fraction(12)},
    frozenset(("日", "个月")): {"日": Fraction(1), "个月": Fraction(30)},
    frozenset(("日", "年")): {"日": Fraction(1), "年": Fraction(365)},
    frozenset(("小时", "日")): {"小时": Fraction(1), "日": Fraction(24)},
    frozenset(("分钟", "小时")): {"分钟": Fraction(1), "小时": Fraction(60)},
    frozenset(("%", "倍")): {"%": Fraction(1, 100), "倍": Fraction(1)},
    frozenset(("克", "千克")): {"克": Fraction(1), "千克": Fraction(1000)},
    frozenset(("千克", "吨")): {"千克": Fraction(1), "吨": Fraction(1000)},
}


def joint_unit(one: str, other: str) -> tuple[str, Fraction, Fraction] | None:
    """Return the finer of two units of one range (三个月以上一年以下) and how many of it each is; None if none fits.

    Where days meet months or years, a month counts 30 days and a year 365.
    """
    if one == other:
        return one, Fraction(1), Fraction(1)
    factors = _JOINT.get(frozenset((one, other)))
    if factors is None:
        return None
    finer = one if factors[one] == 1 else other
    return finer, factors[one], factors[other]
