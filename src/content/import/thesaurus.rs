//! How people ask for what official prose says: words that mean the same, for the `synonyms` of an imported document.
//!
//! A set is written into a document that uses one of its words; whoever looks the document through strikes out what does
//! not fit, and adds what is missing.

/// Words that mean the same: what documents say, then what people say for it, in Chinese and in English.
#[rustfmt::skip]
const SETS: &[&[&str]] = &[
    // Wrongdoing
    &["受贿", "收受贿赂", "贪污", "贪腐", "收钱", "收礼", "拿好处", "捞钱", "吃回扣", "bribe", "bribery"],
    &["权力寻租", "以权谋私", "谋取私利", "权钱交易", "假公济私", "捞好处"],
    &["不作为", "懒政", "躺平", "混日子", "不干事", "不干活", "偷懒", "磨洋工"],
    &["乱作为", "胡来", "乱来", "胡作非为", "瞎搞"],
    &["弄虚作假", "造假", "作弊", "舞弊", "做假", "cheating"],
    &["虚构", "编造", "捏造", "伪造", "fake"],
    &["违纪违法", "违法乱纪", "犯法", "知法犯法"],
    &["违规", "违反规定", "不按规矩", "不守规矩"],
    &["拍脑袋", "凭感觉", "乱拍板", "瞎指挥", "心血来潮"],
    &["一言堂", "一个人说了算", "独断专行", "听不进意见"],
    &["走过场", "做表面文章", "流于形式", "做样子", "走形式", "摆样子", "花架子", "敷衍了事", "应付差事"],
    &["形象工程", "面子工程", "政绩工程"],
    &["形式主义", "搞形式", "formalism"],
    &["官僚主义", "官老爷", "官架子", "官腔", "bureaucracy"],
    &["置若罔闻", "漠不关心", "不闻不问", "不管不问", "视而不见", "不理不睬", "不当回事", "爱理不理"],
    &["形同虚设", "成了摆设", "空架子", "一纸空文"],
    &["逃避监管", "钻空子", "漏网"],
    &["侥幸心理", "侥幸", "蒙混过关", "赌运气", "抓不到", "逮不到"],
    &["私欲膨胀", "贪心", "贪念", "贪婪", "greed"],
    &["坠入", "落马", "栽跟头", "走上歪路", "走上违法"],
    &["不正之风", "歪风", "歪风邪气", "坏风气"],
    // Ideals and study
    &["理想信念", "信仰", "初心", "ideals", "beliefs"],
    &["拒腐防变", "免疫力", "抵御诱惑", "抵得住诱惑", "经不起诱惑", "定力", "temptation"],
    &["培训班", "专题培训", "学习班", "集训", "开班", "上课", "training"],
    &["中心组学习", "集体学习", "组织学习"],
    &["道德教育", "品德", "品行"],
    &["警示教育", "警钟长鸣", "敲警钟", "提个醒", "warning education"],
    &["引以为戒", "吸取教训", "长记性"],
    &["反面典型", "反面教材", "坏榜样", "坏典型", "negative examples"],
    &["典型案例", "真实案例", "real cases"],
    &["敬畏", "害怕", "畏惧"],
    // Supervision and rules
    &["监督", "supervision", "oversight"],
    &["制度", "规定", "规矩", "rules", "regulations", "system"],
    &["规章制度", "规章", "条条框框"],
    &["制约", "约束", "套上缰绳", "紧箍咒"],
    &["评估", "打分", "考评", "evaluation"],
    &["可操作性", "切合实际", "接地气"],
    &["明察暗访", "暗访", "突击检查", "微服私访", "暗中调查", "不打招呼就检查", "unannounced inspections"],
    &["督查", "督导", "检查", "inspection", "inspections"],
    &["巡视组", "巡视", "巡察", "inspectors"],
    &["舆论监督", "媒体监督", "记者", "网友", "the press"],
    &["群众监督", "举报", "告状", "投诉", "检举"],
    &["通报", "曝光", "点名", "公开批评", "公开讲"],
    &["揭露", "揭发", "揭穿", "露馅", "uncovered"],
    &["严肃查处", "惩处", "处分", "严惩", "punish", "punished"],
    &["主体责任", "责任分工", "各负其责"],
    &["一把手", "主要领导", "党政正职", "大领导", "top leader"],
    &["领导班子", "班子", "领导层"],
    &["禁止", "不得", "不准", "不许", "forbidden"],
    // People and places
    &["群众", "老百姓", "百姓", "居民", "民众", "市民", "住户", "residents", "the people"],
    &["干部", "官员", "当官的", "公职人员", "公务员", "officials", "cadres"],
    &["基层", "乡下", "农村", "乡村", "一线"],
    &["街道办事处", "街道办"],
    &["财政局", "管钱的部门", "管钱的单位", "finance bureau"],
    &["房屋征收", "征收", "拆迁", "动迁"],
    &["老旧小区", "老小区", "旧小区", "旧楼", "老房子", "old housing"],
    &["改造", "翻修", "翻新", "整修", "renovation"],
    &["选举", "换届", "选票", "投票", "election", "votes"],
    &["委托投票", "代投票", "替别人投票"],
    &["媒体", "电视", "网上", "互联网", "media"],
    // What was done and what came of it
    &["资金", "经费", "公款", "公家的钱", "funds"],
    &["损失", "亏了钱", "亏损", "loss"],
    &["反腐败", "反腐", "惩治腐败", "corruption"],
    &["廉洁", "清廉", "廉政", "integrity", "clean government"],
    &["风清气正", "好风气", "正气"],
    &["公信力", "威信", "信誉", "信任", "trust"],
    &["意见较大", "不满意", "怨言", "抱怨", "不买账", "complaints"],
    &["满意度", "满意", "获得感", "幸福感", "口碑", "satisfied", "satisfaction"],
    &["显著成效", "成就", "收获", "进步", "进展", "achievements"],
    &["整体素质", "素质"],
    &["实际困难", "难处", "苦处"],
    &["实际需求", "真正需要", "诉求"],
    &["求真务实", "真抓实干", "办实事", "实干"],
    &["敢于担当", "勇挑重担", "不怕担责", "敢担责"],
    &["下一步", "接下来", "今后", "往后", "日后", "后续"],
    &["目标", "目的", "goal", "goals"],
    &["监督网络", "监督网"],
    &["阳光下", "公开透明", "晒出来", "transparent"],
    &["中国梦", "民族复兴", "伟大复兴"],
];

/// The sets of which a text uses a word of more than one character, in their order.
pub(super) fn met(text: &str) -> Vec<&'static [&'static str]> {
    let used = |word: &str| word.chars().count() > 1 && text.contains(word);
    SETS.iter().copied().filter(|set| set.iter().any(|word| used(word))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_set_is_met_by_any_of_its_words() {
        let met = met("街道办事处对群众的投诉不理不睬。");
        let first: Vec<&str> = met.iter().map(|set| set[0]).collect();
        assert_eq!(first, ["置若罔闻", "群众监督", "群众", "街道办事处"]);
        assert!(super::met("苹果在九月下旬采摘。").is_empty());
    }

    #[test]
    fn sets_name_each_word_once_and_have_more_than_one() {
        for set in SETS {
            assert!(set.len() > 1 && set.iter().collect::<HashSet<_>>().len() == set.len(), "{set:?}");
        }
    }
}
