import Testing

@testable import Recognizers

@Suite struct MultipartFormTests {
    @Test func fieldsAndFilesStandBetweenBoundaries() {
        var form = MultipartForm(boundary: "b")
        form.field("model", "m")
        form.field("nothing", nil)
        form.file("file", filename: "a.wav", type: "audio/wav", [1, 2])
        let text = String(decoding: form.body, as: UTF8.self)
        #expect(
            text == "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
                + "\u{1}\u{2}\r\n--b--\r\n")
        #expect(form.contentType == "multipart/form-data; boundary=b")
    }

    @Test func namesCannotLeaveTheHeader() {
        var form = MultipartForm(boundary: "b")
        form.file("f\r\nX: y", filename: "a\"b", type: "t", [])
        let text = String(decoding: form.body, as: UTF8.self)
        #expect(text.contains(#"name="f%0D%0AX: y"; filename="a%22b""#))
    }
}
