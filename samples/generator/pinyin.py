"""Pinyin of the characters that annual reports are made of, in Traditional script."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# Characters that differ from their Simplified form.
_DIFFERENT = """
開kāi 結jié 項xiàng 請qǐng 數shù 處chù 內nèi 條tiáo 報bào 務wù 關guān 計jì 機jī 業yè 況kuàng 總zǒng
訴sù 於yú 規guī 審shěn 複fù 發fā 議yì 進jìn 對duì 屬shǔ 衆zhòng 問wèn 強qiáng 確què 辦bàn 實shí
設shè 讀dú 動dòng 轉zhuǎn 維wéi 題tí 羣qún 組zǔ 織zhī 無wú 範fàn 會huì 類lèi 爲wèi 國guó 訟sòng
費fèi 糾jiū 時shí 縣xiàn 決jué 後hòu 構gòu 過guò 佈bù 據jù 區qū 號hào 領lǐng 獲huò 認rèn 監jiān
還huán 將jiāng 電diàn 當dāng 編biān 郵yóu 權quán 網wǎng 繼jì 續xù 現xiàn 詢xún 與yǔ 點diǎn 單dān
門mén 戶hù 臺tái 執zhí 導dǎo 統tǒng 員yuán 舉jǔ 製zhì 責zé 圖tú 減jiǎn 覆fù 質zhì 訪fǎng 採cǎi
購gòu 體tǐ 補bǔ 檢jiǎn 夠gòu 運yùn 欄lán 斷duàn 館guǎn 閱yuè 備bèi 沒méi 視shì 堅jiān 訓xùn 納nà
專zhuān 話huà 鄉xiāng 創chuàng 應yīng 嚴yán 見jiàn 華huá 聯lián 許xǔ 罰fá 額é 係xì 這zhè 祕mì
穩wěn 護hù 經jīng 針zhēn 劃huà 習xí 態tài 興xīng 圍wéi 繞rào 細xì 參cān 來lái 萬wàn 揮huī 優yōu
績jì 廣guǎng 個gè 別bié 籌chóu 積jī 貫guàn 徹chè 暢chàng 熱rè 較jiào 曉xiǎo 聞wén 醫yī 療liáo
調diào 準zhǔn 廳tīng 書shū 檔dàng 講jiǎng 學xué 識shí 財cái 預yù 鎮zhèn 幹gàn 義yì 習xí 傳chuán
眾zhòng 為wèi 隻zhī 複fù 復fù 徵zhēng 條tiáo 環huán 節jié 標biāo 際jì 區qū 劉liú 陽yáng 陝shǎn
"""
# Characters that are the same in both scripts.
_SAME = """
政zhèng 信xìn 公gōng 息xī 府fǔ 年nián 行xíng 一yī 的de 理lǐ 第dì 作zuò 件jiàn 其qí 本běn 申shēn
不bù 和hé 工gōng 他tā 二èr 人rén 果guǒ 情qíng 三sān 量liàng 度dù 要yào 容róng 事shì 提tí 定dìng
新xīn 告gào 四sì 正zhèng 查chá 未wèi 有yǒu 性xìng 收shōu 保bǎo 民mín 下xià 加jiā 在zài 期qī 十shí
起qǐ 到dào 求qiú 主zhǔ 取qǔ 形xíng 持chí 文wén 以yǐ 步bù 五wǔ 市shì 予yǔ 需xū 效xiào 上shàng 及jí
解jiě 全quán 目mù 重zhòng 例lì 存cún 中zhōng 督dū 等děng 平píng 分fēn 我wǒ 建jiàn 日rì 社shè 六liù
尚shàng 落luò 通tōng 展zhǎn 自zì 策cè 局jú 月yuè 供gōng 部bù 管guǎn 成chéng 程chéng 大dà 任rèn
止zhǐ 是shì 化huà 用yòng 可kě 方fāng 做zuò 因yīn 案àn 式shì 服fú 共gòng 列liè 系xì 之zhī 或huò
益yì 出chū 按àn 由yóu 站zhàn 高gāo 能néng 依yī 改gǎi 推tuī 更gèng 家jiā 接jiē 投tóu 增zēng 已yǐ
水shuǐ 升shēng 照zhào 限xiàn 相xiāng 如rú 了le 合hé 同tóng 安ān 完wán 善shàn 促cù 明míng 整zhěng
便biàn 外wài 知zhī 生shēng 立lì 七qī 八bā 九jiǔ 制zhì 法fǎ 商shāng 企qǐ 科kē 研yán 會huì 服fú 律lǜ
然rán 數shù 私sī 危wēi 全quán 權quán 部bù 卷juàn 掌zhǎng 握wò 另lìng 仍réng 舉jǔ 反fǎn 重chóng
室shì 街jiē 道dào 山shān 江jiāng 城chéng 河hé 村cūn 省shěng 州zhōu 委wěi 院yuàn 所suǒ
"""


def _read(table: str) -> dict[str, str]:
    return {entry[0]: entry[1:] for entry in table.split()}


TONED: Mapping[str, str] = _read(_DIFFERENT)
# Without marks, of all characters: 開 → kai, 律 → lv
TONELESS: Mapping[str, str] = {
    character: "".join(
        letter
        for letter in unicodedata.normalize("NFD", syllable.replace("ǜ", "v"))
        if not unicodedata.combining(letter)
    )
    for character, syllable in (_read(_SAME) | _read(_DIFFERENT)).items()
}
