/// The guided tour of the console: short steps, one at a time.
enum Tour {
    /// What the agent says at each step.
    static let steps = [
        "Sidetone is a voice console: it talks to voice agents from the terminal and watches live calls. "
            + "I am the small agent inside it. Say next to go on, or stop to end the tour.",
        "View one is Talk. The transcript grows there as we speak. Words light up as you hear them, "
            + "and words that you cut off are struck through. Say next.",
        "View two is Latency. It shows where the time of every turn went: detection, recognition, answer, and playout. Say next.",
        "View three is Calls. Each call from Asterisk stands there. You can listen, take over, give back, or hang up. Say next.",
        "You can change the provider in the middle of a conversation. The next agent knows what was said before. Say next.",
        "Every session is recorded with its audio and its events, and can be replayed, also against another provider. Say next.",
        "The question mark shows all keys, and the colon runs any command. That was the tour.",
    ]
}
