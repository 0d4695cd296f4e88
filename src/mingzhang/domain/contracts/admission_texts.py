"""What findings and aborts say, in Chinese and English: what is wrong and what to do.

`{what}` is the finding's fact. Where it stands (node, row, cell, character) is said apart.
Codes are permanent; receipts hold codes, never these words.
"""

FINDINGS: dict[str, tuple[str, str]] = {
    # Step 1: size.
    "TOO_LARGE": (
        "合约文件 {what} 字节，超过上限；请拆分为多份合约。",
        "The document has {what} bytes, more than allowed; split it into several contracts.",
    ),
    "TOO_NESTED": ("合约文件嵌套过深。", "The document nests too deeply; use the plain format."),
    # Step 2: kinds and keys.
    "NOT_JSON": ("不是可读的 JSON 文本。", "Not a JSON text; export the document again."),
    "KEY_TWICE": ("有重复的键；请删除其一。", "A key stands twice; remove one of the two."),
    "NODE_KIND": (
        "节点种类 {what} 不允许；只能用 table 与 expressions。",
        "Node kind {what} is not allowed; use table or expressions.",
    ),
    "KEY_UNKNOWN": (
        "未知的键 {what}；请检查拼写或删除。",
        "Unknown key {what}; correct its spelling or remove it.",
    ),
    "KEY_MISSING": ("缺少键 {what}；每个键都须写明。", "Key {what} is missing; write every key."),
    "VALUE_MALFORMED": (
        "{what} 的值不合格式（种类、长度或范围）。",
        "The value of {what} has the wrong kind, length or range.",
    ),
    # Step 3: parse.
    "CELL_EMPTY": (
        "单元格为空；任意值请写 -，输出须写出表达式。",
        "Empty cell; write - for any value, and an expression for an output.",
    ),
    "CELL_TOO_LONG": ("单元格过长（{what}）；请拆行。", "Cell too long ({what}); split the row."),
    "SIGN_UNKNOWN": (
        "不允许的符号 {what}（如 $、#、.、;、%、^、??）。",
        "Sign {what} is not allowed (such as $, #, ., ;, %, ^, ??).",
    ),
    "STRING_OPEN": ("引号未闭合。", "The quotation mark is not closed."),
    "STRING_SIGNS": (
        "文本为空，或含转义、控制字符。",
        "The text is empty, or holds an escape or control character.",
    ),
    "INTEGER_ONLY": (
        "{what} 不是整数；金额用分，比例用万分比，至多 16 位且不以 0 开头。",
        "{what} is no integer; use fen and basis points, at most 16 digits, no leading zero.",
    ),
    "NULL_REFUSED": (
        "不允许 {what}：没有值不是一个值。",
        "{what} is not allowed: absence is not a value.",
    ),
    "VALUE_MISSING": (
        "此处缺少一个值（多余的逗号或运算符？）。",
        "A value is missing here (a comma or operator too many?).",
    ),
    "UNEXPECTED": ("此处不能是 {what}。", "{what} cannot stand here."),
    "BRACKET_OPEN": ("括号 {what} 未正确闭合。", "Bracket {what} is not closed properly."),
    "TERNARY_OPEN": ("条件式 ? 缺少 :。", "The condition ? lacks its :."),
    "COMPARISONS_CHAIN": (
        "比较 {what} 不能连写；请加括号或用 and。",
        "Comparisons such as {what} do not chain; use brackets or `and`.",
    ),
    "RANGE_WITHOUT_IN": ("区间只能写在 in 之后。", "A range may stand only after `in`."),
    "TOO_DEEP": ("表达式嵌套超过 {what} 层。", "The expression nests deeper than {what}."),
    "TEST_UNCLEAR": (
        "条件含义不明：请以 ==、> 等比较开头，或只写一个字面值、区间。",
        "Unclear test: begin with a comparison (==, >, …), or write one literal or a range.",
    ),
    # Step 3: types.
    "FIELD_UNTYPED": (
        "{what} 的类型声明不完整：整数须有单位与上下限，文本不得有。",
        "{what} is not fully typed: integers need a unit and bounds, others must have none.",
    ),
    "NAME_UNKNOWN": ("没有名为 {what} 的输入或变量。", "There is no input or variable {what}."),
    "NAME_TWICE": ("名称 {what} 重复定义。", "The name {what} is defined twice."),
    "NODE_TWICE": ("节点名 {what} 重复。", "Node {what} stands twice."),
    "ROW_TWICE": ("行号 {what} 重复。", "Row {what} stands twice, or is named default."),
    "CELL_COUNT": (
        "单元格个数与列数不符。",
        "The row has not one cell for each column.",
    ),
    "TABLE_EMPTY": ("决策表没有任何行。", "The table has no row."),
    "TYPE_MISMATCH": ("类型不符：{what}。", "Types do not fit: {what}."),
    "UNIT_MISMATCH": ("单位不符：{what}。", "Units do not fit: {what}."),
    "CODE_UNKNOWN": ("代码不存在：{what}。", "No such code: {what}."),
    "RANGE_EMPTY": ("区间为空：{what}。", "The range is empty: {what}."),
    "LIST_PLACE": (
        "列表只能用于 in 或列表函数。",
        "A list may stand only after `in` or in a list function.",
    ),
    "LIST_TOO_LONG": ("列表超过 {what} 项。", "The list has more than {what} items."),
    "FUNCTION_FORBIDDEN": (
        "函数 {what} 不允许。",
        "Function {what} is not allowed.",
    ),
    "ARGUMENT_COUNT": ("函数参数个数不对：{what}。", "Wrong number of arguments: {what}."),
    "DIVISION_UNROUNDED": (
        "除法须直接置于取整函数之内，如 floor(a / b)。",
        "A division must stand directly inside a rounding function, as floor(a / b).",
    ),
    "ROUNDING_WITHOUT_DIVISION": (
        "{what} 只能直接包住一个除法；整数无须取整。",
        "{what} takes a division and nothing else; integers need no rounding.",
    ),
    "DIVISION_BY_ZERO": ("除数恒为零。", "The divisor is always zero."),
    "OUTPUT_MISSING": (
        "没有节点计算输出 {what}。",
        "No node computes the output {what}.",
    ),
    "CLAIM_NOT_BOOL": ("不变式须是条件：{what}。", "An invariant must be a condition: {what}."),
    # Step 3: what the document refers to.
    "BASIS_UNKNOWN": (
        "法律依据 {what} 未在文件中列出。",
        "The document lists no legal basis {what}.",
    ),
    "BASIS_MISSING": ("该行未注明法律依据。", "The row cites no legal basis."),
    "TEXT_MISSING": (
        "条款文本缺少中文或英文。",
        "The clause lacks its Chinese or English text.",
    ),
    "DATE_WRONG": (
        "日期 {what} 不存在或先后颠倒。",
        "Date {what} does not exist or is out of order.",
    ),
    # Step 4: tests.
    "TEST_INPUTS": ("测试“{what}”的输入与合约不符。", "Test {what} gives other inputs."),
    "TEST_ABORTED": ("测试中止：{what}。", "A test aborted: {what}."),
    "TEST_OUTPUTS": ("测试结果不同：{what}。", "A test gave something else: {what}."),
    "TEST_FIRES": ("测试触发了别的行：{what}。", "A test fired other rows: {what}."),
    "TEST_TWICE": ("测试名 {what} 重复。", "Test {what} stands twice."),
    "ROW_UNTESTED": (
        "没有测试触发该行；请补测试，或在 waivers 中说明理由。",
        "No test fires this row; add a test, or waive it with a reason.",
    ),
    "WAIVER_UNKNOWN": ("豁免的行不存在。", "The waived row does not exist."),
    "WAIVER_NEEDLESS": (
        "该行已有测试触发；请删除豁免。",
        "A test fires this row; remove the waiver.",
    ),
    "CLAIM_FALSE": ("测试“{what}”违反不变式。", "Test {what} breaks the invariant."),
    # Step 5: hook.
    "HOOK_UNKNOWN": ("没有名为 {what} 的挂接点。", "There is no hook {what}."),
    "INTERFACE": (
        "{what} 与挂接点的声明不同；输入须全部列出且完全一致。",
        "{what} is not as the hook declares it; list every input exactly so.",
    ),
}

ABORTS: dict[str, tuple[str, str]] = {
    "INPUT_NAMES": (
        "输入项与声明不符：缺少或多出 {what}。",
        "The inputs are not those declared: {what} is missing, or too many.",
    ),
    "INPUT_INVALID": ("输入 {what} 类型或范围不符。", "Input {what} has the wrong type or range."),
    "NOTHING_MATCHED": ("没有任何行匹配。", "No row matched."),
    "DIVISION_BY_ZERO": ("除数为零。", "Division by zero."),
    "OVERFLOW": ("中间结果超出 ±2^63。", "An intermediate result lies beyond ±2^63."),
    "LIST_EMPTY": ("空列表没有最大、最小值。", "An empty list has no minimum or maximum."),
    "OUTPUT_OUT_OF_BOUNDS": ("输出 {what} 超出范围。", "Output {what} is out of bounds."),
}


def finding_text(code: str, what: str) -> tuple[str, str]:
    """Return the Chinese and English sentence of a finding."""
    zh, en = FINDINGS[code]
    return zh.replace("{what}", what), en.replace("{what}", what)


def abort_text(reason: str, what: str) -> tuple[str, str]:
    """Return the Chinese and English sentence of an abort."""
    zh, en = ABORTS[reason]
    return zh.replace("{what}", what), en.replace("{what}", what)
