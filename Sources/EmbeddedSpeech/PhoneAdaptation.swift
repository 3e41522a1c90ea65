/// Adapts the recogniser's acoustic model to telephone sound: a linear transform of its cepstral means (MLLR).
///
/// The model was made from 16 kHz speech. The matrix maps the cepstrum of wide speech to that of the same speech after
/// 8 kHz mu-law, both behind the noise removal, fitted by least squares on 77 s of German, Spanish, French, Italian, Portuguese, Japanese, Korean and
/// Chinese speech in both forms; no English clip was used, so that measurements on English ones stay honest.
/// docs/providers/local.md has the figures with and without it.
enum PhoneAdaptation {
    /// Rows of the matrix for the 13 coefficients; the same holds for their first and second differences.
    static let matrix: [[Double]] = [
        [0.810, 0.107, -0.053, 0.039, -0.029, 0.006, 0.008, -0.005, 0.008, 0.004, -0.002, 0.006, -0.004],
        [0.557, 0.668, 0.176, -0.112, 0.070, -0.017, -0.020, 0.022, -0.023, -0.002, -0.000, -0.010, 0.011],
        [-0.726, 0.370, 0.683, 0.169, -0.112, 0.036, -0.005, -0.027, 0.013, 0.001, 0.006, -0.006, -0.022],
        [0.675, -0.304, 0.308, 0.799, 0.156, -0.076, 0.058, -0.012, 0.005, 0.004, -0.009, 0.022, 0.007],
        [-0.427, 0.224, -0.197, 0.174, 0.789, 0.154, -0.119, 0.075, -0.040, 0.009, -0.000, -0.045, 0.026],
        [0.059, -0.075, 0.088, -0.094, 0.181, 0.768, 0.206, -0.150, 0.095, -0.029, 0.005, 0.052, -0.064],
        [0.250, -0.053, -0.007, 0.082, -0.130, 0.234, 0.736, 0.232, -0.152, 0.077, -0.014, -0.030, 0.069],
        [-0.453, 0.145, -0.071, -0.052, 0.084, -0.170, 0.228, 0.722, 0.206, -0.115, 0.058, -0.005, -0.038],
        [0.459, -0.153, 0.082, 0.039, -0.065, 0.126, -0.159, 0.216, 0.759, 0.187, -0.131, 0.079, -0.030],
        [-0.324, 0.129, -0.074, -0.005, 0.022, -0.071, 0.100, -0.121, 0.174, 0.767, 0.207, -0.169, 0.103],
        [0.074, -0.043, 0.001, 0.007, -0.011, 0.023, -0.029, 0.040, -0.098, 0.199, 0.738, 0.256, -0.176],
        [0.123, -0.014, 0.024, 0.013, -0.033, 0.024, -0.017, 0.012, 0.052, -0.118, 0.200, 0.715, 0.239],
        [-0.230, 0.070, -0.051, -0.020, 0.049, -0.054, 0.035, -0.039, -0.014, 0.078, -0.129, 0.207, 0.748],
    ]

    /// The transform to telephone sound, as the text that pocketsphinx reads.
    static let phone = text(matrix)

    /// The transform that changes nothing: back to wide sound.
    static let none = text((0..<13).map { i in (0..<13).map { $0 == i ? 1.0 : 0.0 } })

    /// One class, three streams of 13: matrix, offsets (none), variance factors (none).
    private static func text(_ matrix: [[Double]]) -> String {
        let rows = (matrix + [[Double](repeating: 0, count: 13), [Double](repeating: 1, count: 13)]).map { row in
            row.map { "\($0)" }.joined(separator: " ")
        }
        let stream = "13\n" + rows.joined(separator: "\n") + "\n"
        return "1\n3\n" + stream + stream + stream
    }
}
