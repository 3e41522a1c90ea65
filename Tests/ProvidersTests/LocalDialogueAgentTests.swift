import Core
import ProviderKit
import Testing

@testable import Providers

@Suite struct LocalDialogueAgentTests {
    private static let tools = ["get_current_time", "calculate"].map {
        ToolDefinition(name: $0, summary: "", parameters: .object([]))
    }

    private func first(_ actions: [DialogueAction]) -> String {
        if case .say(let text)? = actions.first { text } else { "\(actions)" }
    }

    @Test(arguments: [
        ("Hello!", "Hello."), ("hi there my friend", "Hello."), ("who are you", "I am a small agent"),
        ("What can you do?", "I can tell"), ("help", "I can tell"), ("Thank you very much.", "You are welcome."),
        ("spell sidetone", "Sidetone: S, I, D, E, T, O, N, E."), ("Spell my name Ada", "Ada: A, D, A."),
        ("how do you spell Zürich?", "Zürich: Z, Ü, R, I, C, H."), ("how is rhythm spelled", "Rhythm: R"),
        ("repeat that", "I have not said"), ("next", "There is nothing"), ("stop", "All right."),
        ("please give me a tour", "Sidetone is a voice console"),
        ("what's 12 * 7?", "Twelve times seven is eighty four."),
        ("what is one plus two times three", "One plus two times three is seven."),
        ("ten divided by four", "Ten divided by four is two point five."),
        ("one over zero", "I cannot divide by zero."),
        ("what time is it", "I have no clock"), ("the weather in berlin is terrible", "Sorry, I did not understand."),
        ("", "Sorry"), ("?!", "Sorry"),
    ])
    func sentencesAreAnswered(_ sentence: String, _ reply: String) {
        var agent = DialogueAgent()
        #expect(first(agent.hear(sentence, .typed)).hasPrefix(reply))
    }

    @Test(arguments: [
        "tell me a joke about elephants", "i want to cancel my subscription", "no thanks to the weather we stayed",
        "he told me the time had come", "my account number is four seven one", "there is no time to stop and help me",
        "and so my fellow americans ask not what your country can do for you", "the next train stops here",
    ])
    func freeSpeechIsNotMistaken(_ sentence: String) {
        #expect(IntentMatcher.intent(sentence, .dictation) == nil)
    }

    @Test func toolsAreCalledOnceAndSpoken() {
        var agent = DialogueAgent(tools: Self.tools)
        #expect(agent.hear("what time is it", .grammar) == [.call(name: "get_current_time", arguments: .object([]))])
        #expect(first(agent.toolAnswered(#"{"time":"14:03"}"#, isError: false)) == "It is two oh three P M.")
        #expect(agent.toolAnswered(#"{"time":"14:03"}"#, isError: false).isEmpty)
        _ = agent.hear("what day is it", .grammar)
        let date = #"{"date":"2026-11-21","weekday":"Saturday"}"#
        #expect(
            first(agent.toolAnswered(date, isError: false))
                == "Today is Saturday, November twenty first, twenty twenty six.")
        #expect(
            agent.hear("what is twelve times seven", .grammar)
                == [.call(name: "calculate", arguments: ["expression": "12*7"])])
        #expect(first(agent.toolAnswered(#"{"result":84}"#, isError: false)) == "Twelve times seven is eighty four.")
        #expect(first(agent.hear("repeat that", .grammar)) == "Twelve times seven is eighty four.")
    }

    @Test(arguments: ["", "{}", "null", "[1,2]", #"{"time":"99:99"}"#, #"{"time":7}"#, "\u{1B}[2Jnonsense", "-"])
    func anyToolOutputBecomesASentence(_ output: String) {
        for question in ["what time is it", "what day is it", "two plus two"] {
            var agent = DialogueAgent(tools: Self.tools)
            _ = agent.hear(question, .grammar)
            let said = first(agent.toolAnswered(output, isError: false))
            #expect(said.hasPrefix("The ") && !said.contains("\u{1B}"))
        }
    }

    @Test func toolErrorsAndInterruptionsAreHandled() {
        var agent = DialogueAgent(tools: Self.tools)
        _ = agent.hear("what time is it", .typed)
        #expect(first(agent.toolAnswered("clock broken", isError: true)) == "The tool failed: clock broken.")
        _ = agent.hear("what time is it", .typed)
        agent.interrupted()
        #expect(agent.toolAnswered("{}", isError: false).isEmpty)
    }

    @Test func theTourGoesStepByStep() {
        var agent = DialogueAgent()
        #expect(first(agent.hear("give me a tour", .grammar)) == Tour.steps[0])
        #expect(first(agent.hear("next", .grammar)) == Tour.steps[1])
        #expect(first(agent.hear("repeat", .grammar)) == Tour.steps[1])
        #expect(first(agent.hear("go back", .grammar)) == Tour.steps[0])
        for step in Tour.steps.dropFirst() { #expect(first(agent.hear("yes", .grammar)) == step) }
        #expect(first(agent.hear("next", .grammar)).hasPrefix("There is nothing"))
        _ = agent.hear("start the tour", .grammar)
        #expect(first(agent.hear("stop the tour", .grammar)) == "All right, the tour ends here.")
    }

    @Test func goodbyeHangsUpAndHistoryIsKnown() {
        var agent = DialogueAgent(history: [.agent("Four."), .user("thanks")])
        #expect(first(agent.hear("say that again", .typed)) == "Four.")
        #expect(agent.hear("goodbye", .typed).last == .hangUp)
    }
}
