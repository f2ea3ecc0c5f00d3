#include "ss_letters.h"

#include "ss_utf8.h"

/* ASCII characters that look alike. */
static const struct {
    const char *members;
    const char *what;
} alike[] = {
    { "Il1", " (I, l or 1)" },
    { "O0", " (O or 0)" },
};

/* Characters of other scripts, by the ASCII one they look like (UTS #39). Only
   what can stand in a credential of the service matters: letters, digits, "-"
   and "_". */
static const struct {
    uint16_t code;
    char ascii;
} foreign[] = {
    /* Latin, and what is made of it */
    { 0x00D8, '0' },
    { 0x00F8, 'o' },
    { 0x0131, 'i' },
    { 0x01C0, 'I' },
    { 0x0251, 'a' },
    { 0x0261, 'g' },
    { 0x1D04, 'c' },
    { 0x1D0F, 'o' },
    { 0x1D20, 'v' },
    { 0x1D21, 'w' },
    { 0x1D22, 'z' },
    { 0x2113, 'l' },
    { 0x2160, 'I' },
    { 0x2170, 'i' },
    { 0x217C, 'l' },
    { 0x2223, 'I' },
    /* Greek */
    { 0x0391, 'A' },
    { 0x0392, 'B' },
    { 0x0395, 'E' },
    { 0x0396, 'Z' },
    { 0x0397, 'H' },
    { 0x0399, 'I' },
    { 0x039A, 'K' },
    { 0x039C, 'M' },
    { 0x039D, 'N' },
    { 0x039F, 'O' },
    { 0x03A1, 'P' },
    { 0x03A4, 'T' },
    { 0x03A5, 'Y' },
    { 0x03A7, 'X' },
    { 0x03B1, 'a' },
    { 0x03B3, 'y' },
    { 0x03B9, 'i' },
    { 0x03BA, 'k' },
    { 0x03BD, 'v' },
    { 0x03BF, 'o' },
    { 0x03C1, 'p' },
    { 0x03C5, 'u' },
    { 0x03C7, 'x' },
    { 0x03F2, 'c' },
    { 0x03F9, 'C' },
    /* Cyrillic */
    { 0x0405, 'S' },
    { 0x0406, 'I' },
    { 0x0408, 'J' },
    { 0x0410, 'A' },
    { 0x0412, 'B' },
    { 0x0415, 'E' },
    { 0x0417, '3' },
    { 0x041A, 'K' },
    { 0x041C, 'M' },
    { 0x041D, 'H' },
    { 0x041E, 'O' },
    { 0x0420, 'P' },
    { 0x0421, 'C' },
    { 0x0422, 'T' },
    { 0x0423, 'Y' },
    { 0x0425, 'X' },
    { 0x042C, 'b' },
    { 0x0430, 'a' },
    { 0x0431, '6' },
    { 0x0433, 'r' },
    { 0x0435, 'e' },
    { 0x0437, '3' },
    { 0x043A, 'k' },
    { 0x043E, 'o' },
    { 0x0440, 'p' },
    { 0x0441, 'c' },
    { 0x0443, 'y' },
    { 0x0445, 'x' },
    { 0x0455, 's' },
    { 0x0456, 'i' },
    { 0x0458, 'j' },
    { 0x0474, 'V' },
    { 0x0475, 'v' },
    { 0x04AE, 'Y' },
    { 0x04AF, 'y' },
    { 0x04BB, 'h' },
    { 0x04C0, 'I' },
    { 0x04CF, 'l' },
    { 0x0501, 'd' },
    { 0x050C, 'G' },
    { 0x051A, 'Q' },
    { 0x051B, 'q' },
    { 0x051C, 'W' },
    { 0x051D, 'w' },
    /* Armenian */
    { 0x054D, 'U' },
    { 0x0555, 'O' },
    { 0x0570, 'h' },
    { 0x0578, 'n' },
    { 0x057D, 'u' },
    { 0x0581, 'g' },
    { 0x0585, 'o' },
    /* Cherokee */
    { 0x13A0, 'D' },
    { 0x13A1, 'R' },
    { 0x13A2, 'T' },
    { 0x13AA, 'A' },
    { 0x13AB, 'J' },
    { 0x13AC, 'E' },
    { 0x13B3, 'W' },
    { 0x13B7, 'M' },
    { 0x13BB, 'H' },
    { 0x13C3, 'Z' },
    { 0x13D9, 'V' },
    { 0x13DA, 'S' },
    { 0x13DE, 'L' },
    { 0x13DF, 'C' },
    { 0x13E2, 'P' },
    { 0x13E6, 'K' },
    { 0x13F4, 'B' },
    /* dashes and lines */
    { 0x02CD, '_' },
    { 0x02D7, '-' },
    { 0x2010, '-' },
    { 0x2011, '-' },
    { 0x2012, '-' },
    { 0x2013, '-' },
    { 0x2014, '-' },
    { 0x2015, '-' },
    { 0x2017, '_' },
    { 0x2043, '-' },
    { 0x2212, '-' },
    { 0xFE4D, '_' },
    { 0xFE63, '-' },
    { 0xFF0D, '-' },
    { 0xFF3F, '_' },
};

/* The mathematical letters and digits of styled text: alphabets of 52 one after
   the other, digits of 10. */
static char
ascii_of_styled(uint32_t code)
{
    if (code >= 0x1D400 && code <= 0x1D6A3) {
        code = (code - 0x1D400) % 52;
        return (char) (code < 26 ? 'A' + code : 'a' + code - 26);
    }

    return code >= 0x1D7CE && code <= 0x1D7FF
               ? (char) ('0' + (code - 0x1D7CE) % 10)
               : '\0';
}

static char
ascii_of(uint32_t code)
{
    /* a bar is read as what it looks like, and stands in no credential */
    if (code < 0x80) {
        return code == '|' ? 'I' : (char) code;
    }

    /* fullwidth forms */
    if ((code >= 0xFF10 && code <= 0xFF19) || (code >= 0xFF21 && code <= 0xFF3A)
        || (code >= 0xFF41 && code <= 0xFF5A)) {
        return (char) (code - 0xFF00 + 0x20);
    }

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        if (foreign[i].code == code) {
            return foreign[i].ascii;
        }
    }

    return ascii_of_styled(code);
}

ss_letter_t
ss_letter_next(ss_str_t *text)
{
    ss_letter_t letter = { .hidden = ss_hidden_first(*text) };
    size_t n = ss_utf8_length(*text);

    letter.as_is = ss_str(text->data, n > 0 ? n : 1);
    if (n > 0 && letter.hidden == NULL) {
        letter.ascii = ascii_of(ss_utf8_code(*text));
    }
    letter.shape = letter.ascii;
    *text = ss_skip(*text, letter.as_is.len);

    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
        if (letter.ascii != '\0'
            && strchr(alike[i].members, letter.ascii) != NULL) {
            letter.shape = alike[i].members[0];
            letter.what = alike[i].what;
        }
    }

    if (n > 1 && letter.ascii != '\0') {
        letter.what = " (a letter of another script)";
    }

    return letter;
}
