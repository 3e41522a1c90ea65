/// What came from the terminal, decoded.
public enum InputEvent: Sendable, Hashable {
    case key(KeyPress)
    /// Text pasted in bracketed paste mode, as received: clean it before it is drawn.
    case paste(String)
    case mouse(MouseEvent)
    /// The terminal window got (true) or lost the focus.
    case focus(Bool)
    /// Answer to a question we asked the terminal.
    case answer(TerminalAnswer)
}

/// A key going down, repeating or (kitty protocol only) going up.
public struct KeyPress: Sendable, Hashable {
    public enum Phase: Sendable, Hashable { case press, repeating, release }
    public var chord: KeyChord
    public var phase: Phase

    public init(_ chord: KeyChord, _ phase: Phase = .press) {
        self.chord = chord
        self.phase = phase
    }
}

/// A mouse report. Columns and rows count from 0.
public struct MouseEvent: Sendable, Hashable {
    public enum Action: Sendable, Hashable { case press, release, drag, move, wheelUp, wheelDown }
    public var action: Action
    /// 0 left, 1 middle, 2 right; 0 for moves and wheels, and for releases in the old encoding.
    public var button: Int
    public var x: Int
    public var y: Int
    public var modifiers: Modifiers

    public init(_ action: Action, button: Int = 0, x: Int, y: Int, modifiers: Modifiers = []) {
        self.action = action
        self.button = button
        self.x = x
        self.y = y
        self.modifiers = modifiers
    }
}

/// What a terminal says about itself.
public enum TerminalAnswer: Sendable, Hashable {
    /// `CSI ? flags u`: it knows the kitty keyboard protocol.
    case kittyKeyboard(flags: Int)
    /// `CSI ? … c`: primary device attributes; every terminal answers, so it ends a row of questions.
    case deviceAttributes
    /// `CSI ? mode ; value $ y`: 1 set, 2 reset, 0 unknown.
    case mode(Int, Int)
    /// OSC 11: the background colour, 0…255 each.
    case background(red: Int, green: Int, blue: Int)
}
