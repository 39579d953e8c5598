"""What to do about each code, for the page that lists them all. The message of a fault says it of the case at hand."""

from collections.abc import Mapping

from core.errors import ErrorCode
from core.texts import Text

REMEDIES: Mapping[ErrorCode, Text] = {
    ErrorCode.NOT_PERMITTED: Text("使用具备该权限的令牌", "Use a token whose role may do it"),
    ErrorCode.NOT_FOUND: Text("核对标识；确认有权查看", "Check the id, and that this reader may see it"),
    ErrorCode.TOKEN_INVALID: Text("重新获取令牌", "Get a new token"),
    ErrorCode.CROSS_SITE: Text(
        "在本服务的页面上操作；程序改用令牌", "Act on a page of this server; programs use a token"
    ),
    ErrorCode.SIGN_IN_REFUSED: Text("核对账户与密码，或联系管理员", "Check name and password, or ask the operator"),
    ErrorCode.TOO_MANY_ATTEMPTS: Text("稍后再试", "Wait, then try again"),
    ErrorCode.ACCOUNT_UNKNOWN: Text("请管理员绑定账户", "Have the operator bind an account to it"),
    ErrorCode.PROVIDER_UNAVAILABLE: Text("稍后再试，或改用本地账户", "Try again shortly, or use a local account"),
    ErrorCode.PASSWORD_WEAK: Text("另选更长的密码", "Choose a longer password"),
    ErrorCode.WIDER_THAN_OWN: Text("缩小权限、企业或期限", "Ask for fewer permissions, or a shorter time"),
    ErrorCode.BUDGET_EXCEEDED: Text(
        "在 dearest 所指之处减少条数或字段，或分次查询",
        "Ask for fewer items or fields where dearest points, or in parts",
    ),
    ErrorCode.DEADLINE_EXCEEDED: Text("缩小范围后重试", "Ask for less at once"),
    ErrorCode.DOCUMENT_NOT_TRUSTED: Text(
        "登记查询文档，或使用已登记的", "Have the document registered, or use one that is"
    ),
    ErrorCode.RATE_LIMITED: Text("等待 retryAfter 秒后重试", "Wait for retryAfter seconds, then try again"),
    ErrorCode.BAD_ARGUMENT: Text("按提示改正所指参数", "Mend the argument that is named"),
    ErrorCode.BAD_CURSOR: Text("从头开始，不带游标", "Start without a cursor"),
    ErrorCode.BAD_DATE: Text("写作 2026-03-02，年份在范围内", "Write it like 2026-03-02, within the years accepted"),
    ErrorCode.BAD_FILE: Text("按提示修正文件后再试", "Mend the file as told, then try again"),
    ErrorCode.REQUEST_INVALID: Text("按提示改正请求", "Mend the request as told"),
    ErrorCode.SETTINGS_INVALID: Text("按提示改正所指设置", "Mend the setting that is named"),
    ErrorCode.UNKNOWN_CODE: Text("使用词表中的代码；见最接近的值", "Use a code of the vocabulary; see the nearest"),
    ErrorCode.IDENTITY_NUMBER_INVALID: Text("对照证件逐位核对", "Compare it with the document, digit by digit"),
    ErrorCode.USCC_INVALID: Text("对照营业执照逐位核对", "Compare it with the business licence"),
    ErrorCode.CERTIFICATE_NUMBER_INVALID: Text("对照证书核对编号", "Compare it with the certificate"),
    ErrorCode.CERTIFICATE_NUMBER_TAKEN: Text(
        "查看已有记录；编号有误则改正", "Look at the record that has it, or mend it"
    ),
    ErrorCode.CREDENTIAL_BEFORE_BIRTH: Text("核对两个日期", "Check both dates"),
    ErrorCode.CREDENTIAL_INCOMPLETE: Text("补齐所指要素", "Add the part that is named"),
    ErrorCode.DUPLICATE: Text("刷新后查看已有记录", "Reload, and look at the record that exists"),
    ErrorCode.PERIOD_REVERSED: Text("核对起止日期", "Check both days"),
    ErrorCode.UNAVAILABLE: Text(
        "稍后重新发送；未完成的已撤销", "Send it again shortly; what was not finished is undone"
    ),
    ErrorCode.DATABASE_OUTDATED: Text("运行 guantong migrate", "Run guantong migrate"),
    ErrorCode.POLICY_INVALID: Text("按提示改正政策包", "Mend the pack as told"),
    ErrorCode.POLICY_GAP: Text("补上空档期间的取值", "Add a value for the days between"),
    ErrorCode.POLICY_OVERLAP: Text("以 until 结束前一取值", "End the earlier value by its until"),
    ErrorCode.POLICY_UNCITED: Text("注明依据条款", "Cite the clause"),
    ErrorCode.POLICY_LAXER: Text("注明授权，或不低于上位政策", "Cite the authority, or be no laxer"),
    ErrorCode.NOT_IN_FORCE: Text("改问其他日期，或补录取值", "Ask about another day, or add a value"),
    ErrorCode.SCHEME_INVALID: Text("按提示改正方案", "Mend the scheme as told"),
    ErrorCode.JAIL_UNAVAILABLE: Text(
        "按提示换用 Linux 或放宽容器限制；声明式与已固化的方案不受影响",
        "Use Linux or loosen the container as told; declared and frozen schemes go on",
    ),
    ErrorCode.SCHEME_TIMED_OUT: Text("减少计算量，或改为声明式评分", "Compute less, or declare the scoring"),
    ErrorCode.SCHEME_OUT_OF_MEMORY: Text("减少内存用量", "Use less memory"),
    ErrorCode.SCHEME_ANSWER_INVALID: Text("只经挂钩返回约定的值", "Return what the contract says, by the hook alone"),
    ErrorCode.SCHEME_CRASHED: Text("按所指行改正代码", "Mend the code at the line that is named"),
    ErrorCode.SCHEME_FORBIDDEN_ACT: Text(
        "只用证据计算：不读文件、不联网、不起进程、不等待",
        "Compute from evidence alone: no file, network, process, wait",
    ),
    ErrorCode.STEP_REFUSED: Text("先完成所指步骤", "Take the step that is named first"),
    ErrorCode.STEP_LATE: Text("向主管部门申请延期", "Ask the bureau to extend the term"),
    ErrorCode.OUT_OF_DATE: Text("刷新后重新决定", "Reload, and decide anew"),
    ErrorCode.OWN_APPROVAL: Text("由其他有权人员审批", "Have somebody else approve it"),
    ErrorCode.SCHEME_REJECTED: Text("按校验结果修改后重新登记", "Mend what was found, and register it again"),
    ErrorCode.DIGEST_MISMATCH: Text("重新上传，或从备份恢复", "Upload it again, or restore it from a backup"),
    ErrorCode.RECUSED: Text("由其他人员办理", "Have somebody else do it"),
    ErrorCode.NOT_ELIGIBLE: Text("查看资格判定的各项条件", "Look at the conditions of the decision"),
    ErrorCode.AWARD_USED: Text(
        "待其办结或由本人撤回，或改用另一次获奖", "Wait for it or have it taken back, or use another award"
    ),
    ErrorCode.COMMITTEE_UNFIT: Text("补充专家库后重新抽取", "Add experts to the pool, then draw"),
    ErrorCode.KEY_REUSED: Text("为新请求换一个请求键", "Take a new key for a new request"),
}
