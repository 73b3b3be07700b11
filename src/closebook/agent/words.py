"""The agent's own few words in three languages: it runs without the site and its catalogues."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "nl": {
        "The timer runs": "De timer loopt",
        "The timer is paused": "De timer staat stil",
        "The timer is stopped": "De timer is gestopt",
        "Start": "Start",
        "Stop": "Stop",
        "Break": "Pauze",
        "Go on": "Ga verder",
        "What was this time?": "Wat was deze tijd?",
        "Work away from the keyboard": "Werk zonder toetsenbord",
        "Keep it paused": "Laat stilstaan",
        "Say in a few words what it was": "Zeg in een paar woorden wat het was",
        "No input for a while: the timer pauses in {seconds} seconds.": (
            "Even geen invoer: de timer stopt over {seconds} seconden."
        ),
        "You are back. Open {address} and say what the time was.": (
            "U bent terug. Open {address} en zeg wat de tijd was."
        ),
        "Claimed work needs a few words.": "Opgegeven werk vraagt een paar woorden.",
        "What is sent": "Wat wordt verstuurd",
        "Private": "Privé",
        "Add": "Toevoegen",
        "Remove": "Weghalen",
        "{waiting} wait to be sent, {refused} were refused.": (
            "{waiting} wachten op versturen, {refused} zijn geweigerd."
        ),
        "{site} is a listed site. Is it work for this task?": (
            "{site} staat op de lijst. Is het werk voor deze taak?"
        ),
        "It is work": "Het is werk",
        "It is not work": "Het is geen werk",
        "A break from now on": "Pauze vanaf nu",
        "The answer is shown in the day, to you first.": "Het antwoord staat in de dag, eerst bij u.",
        "The timer runs here too: {task}": "De timer loopt hier ook: {task}",
        "The timer was paused elsewhere.": "De timer is elders stilgezet.",
        "The timer was stopped elsewhere.": "De timer is elders gestopt.",
        "The timer runs: {task}": "De timer loopt: {task}",
        "The timer is paused: {task}": "De timer staat stil: {task}",
        "Task": "Taak",
        "Export": "Exporteren",
        "Outside the timer nothing is kept. Addresses and titles never leave this machine.": (
            "Buiten de timer wordt niets bewaard. Adressen en titels verlaten deze computer nooit."
        ),
    },
    "zh": {
        "The timer runs": "计时器正在运行",
        "The timer is paused": "计时器已暂停",
        "The timer is stopped": "计时器已停止",
        "Start": "开始",
        "Stop": "停止",
        "Break": "休息",
        "Go on": "继续",
        "What was this time?": "这段时间在做什么？",
        "Work away from the keyboard": "不在键盘前的工作",
        "Keep it paused": "保持暂停",
        "Say in a few words what it was": "请用几句话说明",
        "No input for a while: the timer pauses in {seconds} seconds.": (
            "有一阵没有输入：计时器将在 {seconds} 秒后暂停。"
        ),
        "You are back. Open {address} and say what the time was.": (
            "您回来了。请打开 {address} 说明这段时间在做什么。"
        ),
        "Claimed work needs a few words.": "申报的工作需要几句说明。",
        "What is sent": "发送的内容",
        "Private": "私人",
        "Add": "添加",
        "Remove": "移除",
        "{waiting} wait to be sent, {refused} were refused.": "{waiting} 条等待发送，{refused} 条被拒绝。",
        "{site} is a listed site. Is it work for this task?": "{site} 在清单上。它属于这项任务的工作吗？",
        "It is work": "是工作",
        "It is not work": "不是工作",
        "A break from now on": "从现在起休息",
        "The answer is shown in the day, to you first.": "回答会显示在当天记录中，先由您看到。",
        "The timer runs here too: {task}": "计时器也在这里运行：{task}",
        "The timer was paused elsewhere.": "计时器已在别处暂停。",
        "The timer was stopped elsewhere.": "计时器已在别处停止。",
        "The timer runs: {task}": "计时器正在运行：{task}",
        "The timer is paused: {task}": "计时器已暂停：{task}",
        "Task": "任务",
        "Export": "导出",
        "Outside the timer nothing is kept. Addresses and titles never leave this machine.": (
            "计时器之外不保存任何内容。网址和标题绝不离开这台电脑。"
        ),
    },
}

ACT_WORDS: Mapping[str, str] = {
    "site-work": "It is work",
    "site-poor": "It is not work",
    "site-break": "A break from now on",
    "say-break": "Break",
    "say-keep_paused": "Keep it paused",
    "break": "Break",
    "resume": "Go on",
    "stop": "Stop",
}
"""What stands on the button of an act that a notice offers."""


def word(text: str, language: str) -> str:
    """Return a text in a language (``nl``, ``zh``; English for any other)."""
    return _WORDS.get(language[:2].lower(), {}).get(text, text)
