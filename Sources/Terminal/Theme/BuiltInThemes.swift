/// Themes that are there with no folder: the same text as `themes/midnight.theme` and `themes/mono.theme` (a test
/// compares).
public enum BuiltInThemes {
    /// Name of the theme used when none is chosen.
    public static let standardName = "midnight"

    /// The theme used when none is chosen.
    public static let standard: Theme = ThemeParser.parse(midnight, file: "midnight.theme").theme

    static let texts = ["midnight": midnight, "mono": mono]

    static let midnight = """
        # Dark, after the Okabe-Ito colours: you are blue, the agent is orange, for every kind of eye.

        name = midnight
        kind = dark
        summary = deep blue-black, the default

        surface = #10151f | 16 black
        surface.strip = #182131 | 16 black
        surface.overlay = #1c2536 | 16 black
        surface.selected = #2b3a55 | 16 blue
        surface.input = #182131 | 16 black
        surface.alarm = #5a1a1a | 16 black

        text = #d7dde8 | 16 bright-white
        dim = #9ba4b3 plain | 16 white
        title = #f4f7fb bold | 16 bright-white
        border = #7d8594 plain | 16 white
        border.focus = #56b4e9 bold
        key.hint = #f0c674 bold
        ok = #58c27d | 16 bright-green
        info = #7ab8ff
        warning = #f2a33a bold | 16 bright-yellow
        error = #ff7d71 bold underline | 16 bright-red
        recording = #ff7d71 bold | 16 bright-red
        muted = #ff7d71 bold reverse | 16 bright-red
        speaker.you = #56b4e9 bold | 16 bright-cyan
        speaker.agent = #e69f00 bold | 16 bright-yellow
        speaker.caller = #56b4e9 bold | 16 bright-cyan
        speaker.operator = #cc9cf5 bold italic
        text.partial = #9ba4b3 italic | 16 white
        text.unspoken = #9ba4b3 italic | 16 white
        text.spoken = #d7dde8 plain | 16 bright-white
        text.cut = #ff8f7a strike | 16 bright-red
        tool = #4cc3b5
        tool.error = #ff7d71 bold | 16 bright-red
        marker = #cc9cf5 italic
        vad = #58c27d
        bargein = #f2a33a bold
        match = #f2a33a reverse
        meter.you = #56b4e9
        meter.agent = #e69f00
        meter.hot = #f2a33a | 16 bright-yellow
        meter.clip = #ff6b5e bold | 16 bright-red
        meter.empty = #2a3344 plain | 16 bright-black
        meter.threshold = #f4f7fb
        stage.vad = #8fd0ff
        stage.stt = #4cc3b5
        stage.turn = #cc9cf5
        stage.llm = #e69f00
        stage.tool = #f291c7
        stage.tts = #58c27d
        stage.playout = #d9c79a
        stage.other = #8b95a7 plain | 16 white

        """

    static let mono = """
        # No colour: every state is told by bold, dim, italic, underline, reverse and strike alone.

        name = mono
        kind = any
        summary = no colour, attributes only

        surface = none
        surface.strip = none
        surface.overlay = none
        surface.selected = none reverse
        surface.input = none
        surface.alarm = none reverse

        text = none
        dim = none dim
        title = none bold
        border = none dim
        border.focus = none bold
        key.hint = none bold
        ok = none plain
        info = none plain
        warning = none bold underline
        error = none bold reverse
        recording = none bold
        muted = none bold reverse
        speaker.you = none bold
        speaker.agent = none bold
        speaker.caller = none bold
        speaker.operator = none italic
        text.partial = none dim italic
        text.unspoken = none dim
        text.spoken = none bold
        text.cut = none strike
        tool = none plain
        tool.error = none bold reverse
        marker = none italic
        vad = none plain
        bargein = none bold underline
        match = none reverse underline
        meter.you = none plain
        meter.agent = none plain
        meter.hot = none bold
        meter.clip = none bold reverse
        meter.empty = none dim
        meter.threshold = none bold
        stage.vad = none plain
        stage.stt = none plain
        stage.turn = none plain
        stage.llm = none plain
        stage.tool = none plain
        stage.tts = none plain
        stage.playout = none plain
        stage.other = none dim

        """
}
