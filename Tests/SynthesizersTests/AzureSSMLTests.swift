import Testing

@testable import Synthesizers

@Suite struct AzureSSMLTests {
    @Test func everythingFromOutsideIsEscaped() {
        let ssml = AzureSSML(language: "en\"-US", voice: "v<1>", style: "a&b", rate: "'fast'")
        let text = ssml.document("1 < 2 & \"x\" </voice>\u{0}\u{FFFE}'")
        #expect(
            text.contains(
                "1 &lt; 2 &amp; &quot;x&quot; &lt;/voice&gt;&apos;</prosody></mstts:express-as></voice></speak>"))
        #expect(text.contains("xml:lang=\"en&quot;-US\"><voice name=\"v&lt;1&gt;\">"))
        #expect(text.contains("<mstts:express-as style=\"a&amp;b\"><prosody rate=\"&apos;fast&apos;\">"))
    }

    @Test func plainTextHasNoExtraElements() {
        let ssml = AzureSSML(language: "en-US", voice: "v")
        #expect(ssml.document("Hi").hasSuffix("<voice name=\"v\">Hi</voice></speak>"))
    }
}
