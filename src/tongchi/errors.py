"""What can go wrong, in one family of exceptions.

Every error that a caller may catch derives from `TongchiError` and says, in Chinese and English: which file,
which place, what was found, what was expected and what to do. Rooms add their own subclasses here, so that
codes stay unique and one test can read them all.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Language = Literal["zh", "en"]


class TongchiError(Exception):
    """Bad input or a request that cannot be met.

    `file` and `place` (line, page, article, XML part …) may be empty when they make no sense; the other facts
    fill the slots of the class's two message templates.
    """

    code: ClassVar[str] = "T000"
    zh: ClassVar[str] = "{detail}"
    en: ClassVar[str] = "{detail}"

    def __init__(self, *, file: str = "", place: str = "", **facts: object) -> None:
        self.file = file
        self.place = place
        self.facts = facts
        super().__init__(self.message("en"))

    def message(self, language: Language = "zh") -> str:
        """Return one line: code, file, place and the filled template in `language`."""
        template = self.zh if language == "zh" else self.en
        where = " ".join(part for part in (self.file, self.place) if part)
        body = template.format(**self.facts)
        colon = "：" if language == "zh" else ": "
        return f"[{self.code}] {where}{colon}{body}" if where else f"[{self.code}] {body}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.file, self.place, self.facts))


def _rebuild(kind: type[TongchiError], file: str, place: str, facts: dict[str, object]) -> TongchiError:
    """Make the error again on the other side of a process boundary."""
    return kind(file=file, place=place, **facts)


# --- documents (T1xx) -------------------------------------------------------------------------------------


class MissingFileError(TongchiError, FileNotFoundError):
    """The named file does not exist or is a folder."""

    code = "T101"
    zh = "找不到文件（{found}）。应为一个可读的文件；请检查路径。"
    en = "No such file ({found}). Expected a readable file; check the path."


class UnsupportedFormatError(TongchiError, ValueError):
    """The file's content is of a kind that is not read."""

    code = "T102"
    zh = "内容是{found}，可读的是 {expected}。{advice}"
    en = "The content is {found}; what can be read is {expected}. {advice}"


class DamagedFileError(TongchiError, ValueError):
    """The file is cut off or breaks its own format."""

    code = "T103"
    zh = "文件损坏：{found}，应为{expected}。{advice}"
    en = "The file is damaged: {found}, expected {expected}. {advice}"


class UnsafeFileError(TongchiError, ValueError):
    """The file is refused because reading it would cost too much or reach outside itself."""

    code = "T104"
    zh = "为安全起见拒绝读取：{found}，上限是{expected}。{advice}"
    en = "Refused for safety: {found}, the limit is {expected}. {advice}"


class EncryptedFileError(TongchiError, ValueError):
    """The file needs a password."""

    code = "T105"
    zh = "文件已加密（{found}），应为未加密的文件。请去掉密码后另存再试。"
    en = "The file is encrypted ({found}); expected one without a password. Remove it, save again and retry."


class NoTextError(TongchiError, ValueError):
    """The file holds no text: empty, or a scan without a text layer."""

    code = "T106"
    zh = "没有可读的文字：{found}，应为{expected}。{advice}"
    en = "There is no text to read: {found}, expected {expected}. {advice}"


class EncodingError(TongchiError, ValueError):
    """The bytes are text in no encoding that is recognised."""

    code = "T107"
    zh = "无法识别文字编码：{found}，应为 UTF-8、UTF-16 或 GB18030。请另存为 UTF-8 后再试。"
    en = "The text encoding is not recognised: {found}; expected UTF-8, UTF-16 or GB18030. Save as UTF-8."


# --- text (T2xx) ------------------------------------------------------------------------------------------


class NumeralError(TongchiError, ValueError):
    """The string is no numeral."""

    code = "T201"
    zh = "“{found}”不是数字，应为{expected}。"
    en = "“{found}” is no numeral; expected {expected}."


# --- comparison (T3xx) ------------------------------------------------------------------------------------


class ComparisonError(TongchiError, ValueError):
    """The documents cannot be compared as asked."""

    code = "T301"
    zh = "无法比较：{found}，应为{expected}。{advice}"
    en = "Cannot compare: {found}, expected {expected}. {advice}"


class IndexFormatError(TongchiError, ValueError):
    """The folder is no corpus index, or one of another version."""

    code = "T302"
    zh = "不是可用的语料索引：{found}，应为{expected}。请用 tongchi corpus index 重建。"
    en = "Not a usable corpus index: {found}, expected {expected}. Rebuild it with tongchi corpus index."


# --- screening (T4xx) -------------------------------------------------------------------------------------


class ClauseLineError(TongchiError, ValueError):
    """A line of a file of clauses is no clause."""

    code = "T401"
    zh = "不是可以筛查的条款：{found}，应为{expected}。请改正这一行后重新运行；没有写入任何结果。"
    en = "This is no clause to screen: {found}, expected {expected}. Correct the line and run again; nothing was written."


# --- measurement (T52x) -----------------------------------------------------------------------------------


class ItemMatrixError(TongchiError, ValueError):
    """The answers or the matrix handed to a statistic do not have the shape or content it needs."""

    code = "T520"
    zh = "答卷矩阵不可用：{found}，应为 {expected}。{advice}"
    en = "The matrix of answers cannot be used: {found}, expected {expected}. {advice}"


class ConstantItemError(TongchiError, ValueError):
    """Everyone gives the same answer to an item."""

    code = "T521"
    zh = "题目 {found} 的所有回答相同，没有方差，无法计算。请去掉该题，或检查导入时的编码。"
    en = "All answers to {found} are the same; nothing can be computed. Leave the item out, or check how it was coded."


class SingularItemsError(TongchiError, ValueError):
    """Some items are a linear combination of others, or there are fewer persons than items."""

    code = "T522"
    zh = "题目 {found} 线性相关（最小特征值 {eigenvalue}）。请去掉重复的题目；人数应多于题数。"
    en = "The items {found} are linearly dependent (smallest eigenvalue {eigenvalue}). Leave out the repeated one; there must be more persons than items."


class FactorCountError(TongchiError, ValueError):
    """So many factors cannot be extracted from so few items."""

    code = "T523"
    zh = "无法提取：{found}，应为{expected}。请减少因子数或增加题目。"
    en = "Cannot extract: {found}, expected {expected}. Ask for fewer factors or use more items."


# --- survey (T5xx) ----------------------------------------------------------------------------------------


class InstrumentError(TongchiError, ValueError):
    """The description of a questionnaire has mistakes; all of them are named at once."""

    code = "T540"
    zh = "问卷说明有 {count} 处错误：{mistakes}。请逐条改正后重试；没有读取任何答卷。"
    en = "The instrument has {count} mistake(s): {mistakes}. Correct each one and retry; no answers were read."


class ResponseFileError(TongchiError, ValueError):
    """The file of answers cannot be read as a table."""

    code = "T541"
    zh = "无法读取答卷：{found}，应为{expected}。{advice}"
    en = "The answers cannot be read: {found}, expected {expected}. {advice}"


class ResponseMappingError(TongchiError, ValueError):
    """The columns of a file of answers do not lead to the items of the instrument."""

    code = "T542"
    zh = "答卷的列对不上题项：{found}，应为{expected}。{advice}"
    en = "The columns do not lead to items: {found}, expected {expected}. {advice}"


class CleaningError(TongchiError, ValueError):
    """A cleaning rule is asked for that does not exist, or with a cutoff that makes no sense."""

    code = "T543"
    zh = "清洗规则不对：{found}，应为{expected}。{advice}"
    en = "The cleaning rule does not fit: {found}, expected {expected}. {advice}"


# --- survey, models of constructs (T55x) --------------------------------------------------------------------


class ModelSyntaxError(TongchiError, ValueError):
    """A line of the model cannot be read."""

    code = "T551"
    zh = "模型语法在此处读不懂：{found}；应为：{expected}。请改正这一行。{advice}"
    en = "The model syntax cannot be read at: {found}; expected: {expected}. Correct this line. {advice}"


class UnknownVariableError(TongchiError, ValueError):
    """The model names a variable that the data do not have."""

    code = "T552"
    zh = "模型中的变量“{found}”不在数据中；应为数据的列名：{expected}。{advice}"
    en = "The model names “{found}”, which the data do not have; expected one of the columns: {expected}. {advice}"


class NotIdentifiedError(TongchiError, ValueError):
    """The data cannot determine a parameter of the model."""

    code = "T553"
    zh = "模型不可识别：{found}；应为由数据唯一确定的参数。{advice}"
    en = "The model is not identified: {found}; expected parameters that the data determine. {advice}"


class SampleError(TongchiError, ValueError):
    """The data cannot carry the model: too few rows, a constant or redundant item, an empty group."""

    code = "T554"
    zh = "数据不能用于估计：{found}，应为{expected}。{advice}"
    en = "The data cannot be used: {found}, expected {expected}. {advice}"


class UnsupportedModelError(TongchiError, ValueError):
    """The model or option lies outside what is estimated."""

    code = "T555"
    zh = "暂不支持：{found}；可用的是：{expected}。"
    en = "Not supported: {found}; what can be used: {expected}."


class FitComparisonError(TongchiError, ValueError):
    """Fits cannot be tested against each other, or against a fit with fewer constraints, as asked."""

    code = "T556"
    zh = "无法比较或检验模型：{found}，应为{expected}。{advice}"
    en = "The models cannot be compared or tested: {found}, expected {expected}. {advice}"


# --- mechanism (T6xx) -------------------------------------------------------------------------------------


class IndicatorTableError(TongchiError, ValueError):
    """A table of indicators, events, ledger entries or survey waves cannot be used as it stands."""

    code = "T601"
    zh = "数据表有误：{found}，应为{expected}。{advice}"
    en = "The table does not fit: {found}, expected {expected}. {advice}"


class SeriesError(TongchiError, ValueError):
    """A series over time is too short, constant or out of order for what is asked."""

    code = "T602"
    zh = "序列不能用于这一计算：{found}，应为{expected}。{advice}"
    en = "The series cannot be used here: {found}, expected {expected}. {advice}"


class MechanismModelError(TongchiError, ValueError):
    """A model file, lever, parameter or schedule does not fit the dynamic model."""

    code = "T603"
    zh = "模型设定有误：{found}，应为{expected}。{advice}"
    en = "The model setting does not fit: {found}, expected {expected}. {advice}"


class GraphError(TongchiError, ValueError):
    """A network of regions cannot carry the game."""

    code = "T604"
    zh = "区域网络有误：{found}，应为{expected}。{advice}"
    en = "The network of regions does not fit: {found}, expected {expected}. {advice}"


class EnsembleError(TongchiError, ValueError):
    """An ensemble, a scenario table or a sensitivity design cannot be run as asked."""

    code = "T605"
    zh = "无法运行模拟：{found}，应为{expected}。{advice}"
    en = "Cannot run the simulation: {found}, expected {expected}. {advice}"


class CalibrationError(TongchiError, ValueError):
    """The observations cannot calibrate the model."""

    code = "T606"
    zh = "无法校准：{found}，应为{expected}。{advice}"
    en = "Cannot calibrate: {found}, expected {expected}. {advice}"


# --- study (T7xx) -----------------------------------------------------------------------------------------


class StudyFolderError(TongchiError, ValueError):
    """A study folder has mistakes; all of them are named at once."""

    code = "T701"
    zh = "研究文件夹有 {count} 处错误：{mistakes}。请逐条改正；tongchi check 会再查一遍。"
    en = "The study folder has {count} mistake(s): {mistakes}. Correct each one; tongchi check looks again."


class EvidenceError(TongchiError, ValueError):
    """Coded evidence cannot be read, or its codings cannot be set against each other as asked."""

    code = "T702"
    zh = "证据不可用：{found}，应为{expected}。{advice}"
    en = "The evidence cannot be used: {found}, expected {expected}. {advice}"


class StudyError(TongchiError, ValueError):
    """A step of a study cannot be run, or a figure of it cannot be traced, as asked."""

    code = "T703"
    zh = "研究无法进行：{found}，应为{expected}。{advice}"
    en = "The study cannot go on: {found}, expected {expected}. {advice}"


# --- work on many parts (T8xx) ----------------------------------------------------------------------------


class EngineError(TongchiError, RuntimeError):
    """The engine that should run the work is not installed, or its workers die."""

    code = "T801"
    zh = "无法运行：{found}，应为可用的计算引擎。{advice}"
    en = "Cannot run: {found}; expected an engine that works. {advice}"


# --- command line and workbench (T9xx) --------------------------------------------------------------------


class UsageError(TongchiError, ValueError):
    """The command was called with arguments that do not fit together."""

    code = "T901"
    zh = "用法不对：{found}，应为{expected}。"
    en = "Wrong usage: {found}, expected {expected}."


class OutputError(TongchiError, OSError):
    """The result cannot be written where it was asked for."""

    code = "T902"
    zh = "无法写入（{found}）。应为可写的文件夹或文件；请检查路径与权限。"
    en = "Cannot write ({found}). Expected a folder or file that can be written; check path and permissions."


class AccessError(TongchiError, PermissionError):
    """The role, or the party, does not permit this act."""

    code = "T951"
    zh = "无权进行此操作（{act}）：{found}，应为{expected}。请由有相应职责的人员办理。"
    en = "Not permitted ({act}): {found}, expected {expected}. Ask somebody who holds that role."


class ConflictError(TongchiError, RuntimeError):
    """Somebody else has changed it since the form was opened; `yours` and `theirs` carry both texts."""

    code = "T952"
    zh = "“{subject}”打开时为第{opened}版，现为第{version}版，已被他人修改。两种文本均已保留，请比较后再保存。"
    en = "“{subject}” was opened at version {opened} and is now at version {version}: both texts are kept; compare them and save again."


class WorkbenchError(TongchiError, ValueError):
    """The procedure, or the state of the thing, does not allow this step yet."""

    code = "T953"
    zh = "暂不能进行：{found}，应为{expected}。{advice}"
    en = "Not possible yet: {found}, expected {expected}. {advice}"
